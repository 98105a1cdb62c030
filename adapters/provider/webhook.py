"""The body of a provider's webhook, and what it means. The shape is the contract's.

Only what a decision is taken on is read, and read strictly; the rest may be anything, because the
provider's own samples leave out what its documents promise and add what they do not mention.
"""

from pydantic import BaseModel

from adapters.fields import Identifier, OptionalIdentifier
from domain.meeting import MeetingId
from domain.referral import ReferralId
from domain.session import SessionEvent


class EventHead(BaseModel):
    """What decides how the rest is read."""

    event: Identifier
    reason: str | None = None


class EndedMeeting(BaseModel):
    """The meeting of a session that ended; its title is the referral id (contract)."""

    id: OptionalIdentifier = None
    title: Identifier


class SessionEndBody(BaseModel):
    """An event that gives a reason: the end of a session."""

    event: Identifier
    reason: str
    meeting: EndedMeeting


class OtherEventBody(BaseModel):
    """An event without a reason: a recording, a transcript, an arrival."""

    event: Identifier
    reason: None = None


def read_event(body: bytes) -> SessionEvent:
    """A webhook's body as a value; raises pydantic's ValidationError naming each faulty field."""
    head = EventHead.model_validate_json(body)
    if head.reason is None:
        return SessionEvent(head.event)
    end = SessionEndBody.model_validate_json(body)
    return SessionEvent(
        name=end.event,
        reason=end.reason,
        referral=ReferralId(end.meeting.title),
        meeting=None if end.meeting.id is None else MeetingId(end.meeting.id),
    )
