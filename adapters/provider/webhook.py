"""The body of a provider's webhook, and what it means. The shape is the contract's.

Only what a decision is taken on is read, and read strictly; the rest may be anything, because the
provider's own samples leave out what its documents promise and add what they do not mention.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from adapters.fields import Identifier
from domain.meeting import MeetingId
from domain.referral import ReferralId
from domain.session import SessionEvent


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


class AnyEventBody(BaseModel):
    """What every event has; recordings, transcripts and arrivals have no reason."""

    event: Identifier
    reason: str | None = None


class EndedMeeting(BaseModel):
    """The meeting of a session that ended; its title is the referral id (contract)."""

    id: Annotated[Identifier | None, BeforeValidator(_blank_is_none)] = None
    title: Identifier


class SessionEndBody(AnyEventBody):
    """An event that gives a reason: the end of a session."""

    meeting: EndedMeeting


def read_event(body: bytes) -> SessionEvent:
    """A webhook's body as a value; raises pydantic's ValidationError naming each faulty field."""
    event = AnyEventBody.model_validate_json(body)
    if event.reason is None:
        return SessionEvent(event.event)
    end = SessionEndBody.model_validate_json(body)
    return SessionEvent(
        name=end.event,
        reason=end.reason,
        referral=ReferralId(end.meeting.title),
        meeting=None if end.meeting.id is None else MeetingId(end.meeting.id),
    )
