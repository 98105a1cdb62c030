"""The body of a provider's webhook, and what it means. The shape is the contract's.

Only what a decision is taken on is read, and read strictly; the rest may be anything, because the
provider's own samples leave out what its documents promise and add what they do not mention.
"""

from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.fields import Identifier, OptionalIdentifier
from domain.errors import MalformedEventError
from domain.meeting import MeetingId
from domain.referral import ReferralId
from domain.session import SessionEvent


class EventHead(BaseModel):
    """What decides how the rest is read, and where else a session or a time may stand."""

    model_config = ConfigDict(extra="allow")

    event: Identifier
    reason: str | None = None
    meeting: object = None
    participant: object = None


class EndedMeeting(BaseModel):
    """The meeting of a session that ended; its title is the referral id (contract)."""

    id: OptionalIdentifier = None
    title: Identifier
    sessionId: OptionalIdentifier = None  # noqa: N815


class SessionEndBody(BaseModel):
    """An event that gives a reason: the end of a session."""

    event: Identifier
    reason: str
    meeting: EndedMeeting


class OtherEventBody(BaseModel):
    """An event without a reason: a recording, a transcript, an arrival."""

    event: Identifier
    reason: None = None


CONTRACT_REASONS = {"HOST_ENDED_MEETING", "ALL_PARTICIPANTS_LEFT"}
MARKS = {"sessionId", "startedAt", "endedAt", "peerId", "joinedAt", "leftAt"}


def read_event(body: bytes) -> SessionEvent:
    """A webhook's body as a value; raises pydantic's ValidationError naming each faulty field."""
    head = EventHead.model_validate_json(body)
    if head.reason is None:
        return _without_meaning(head)
    try:
        end = SessionEndBody.model_validate_json(body)
    except ValidationError:
        if head.reason in CONTRACT_REASONS:
            raise
        return _without_meaning(head)
    return SessionEvent(
        name=end.event,
        reason=end.reason,
        referral=ReferralId(end.meeting.title),
        meeting=None if end.meeting.id is None else MeetingId(end.meeting.id),
        session=end.meeting.sessionId,
        organization=_organization(head),
        recognisable=_recognisable(head),
    )


def read_stored_event(body: bytes) -> SessionEvent:
    """The same for a body that was stored; raises MalformedEventError."""
    try:
        return read_event(body)
    except ValidationError as error:
        raise MalformedEventError("a stored webhook cannot be understood") from error


def _without_meaning(head: EventHead) -> SessionEvent:
    return SessionEvent(
        head.event, organization=_organization(head), recognisable=_recognisable(head)
    )


def _recognisable(head: EventHead) -> bool:
    """Whether the body names a session, a peer or a time, so that the same bytes are a repeat."""
    places = (head.meeting, head.participant, head.model_extra)
    return any(place.get(mark) for place in places if isinstance(place, dict) for mark in MARKS)


def _organization(head: EventHead) -> str | None:
    organizer = head.meeting.get("organizedBy") if isinstance(head.meeting, dict) else None
    identifier = organizer.get("id") if isinstance(organizer, dict) else None
    return str(identifier) if identifier else None
