"""Read the body of a provider's webhook; its shape is the contract's.

Only the fields that decisions depend on are read, and strictly. Other fields may hold anything,
because the provider's samples differ from its documents.
"""

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from adapters.fields import Identifier, OptionalIdentifier, faults_of
from domain.errors import MalformedEventError
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId
from domain.session import Movement, SessionEvent

CONTRACT_REASONS = {"HOST_ENDED_MEETING", "ALL_PARTICIPANTS_LEFT"}


class EventHead(BaseModel):
    """The fields that decide how the rest is read. Other fields may hold a session or a time."""

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


class ParticipantPart(BaseModel):
    """The connection (peer) and its person; ``clientSpecificId`` is the id's deprecated name."""

    peerId: Identifier  # noqa: N815
    customParticipantId: Identifier = Field(  # noqa: N815
        validation_alias=AliasChoices("customParticipantId", "clientSpecificId")
    )


class EndBody(BaseModel):
    """The end of a session: an event with a reason."""

    event: Identifier
    reason: str
    meeting: EndedMeeting


class ParticipantBody(BaseModel):
    """A participant joined or left."""

    event: Identifier
    meeting: EndedMeeting
    participant: ParticipantPart


MOVEMENTS = {"meeting.participantJoined": True, "meeting.participantLeft": False}
MARKS = {"sessionId", "startedAt", "endedAt", "peerId", "joinedAt", "leftAt"}


def read_event(body: bytes) -> SessionEvent:
    """A webhook's body as a value; raises MalformedEventError naming each faulty field."""
    try:
        return _read(body)
    except ValidationError as error:
        faults = faults_of(error)
        raise MalformedEventError("a webhook that cannot be read", faults) from error


def _read(body: bytes) -> SessionEvent:
    head = EventHead.model_validate_json(body)
    if head.reason is None:
        return _movement(head, body) if head.event in MOVEMENTS else _without_meaning(head)
    try:
        end = EndBody.model_validate_json(body)
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


def _movement(head: EventHead, body: bytes) -> SessionEvent:
    """A participant joined or left. Without a usable id, the event changes nothing."""
    try:
        moved = ParticipantBody.model_validate_json(body)
    except ValidationError:
        return _without_meaning(head)
    participant = moved.participant
    return SessionEvent(
        name=moved.event,
        referral=ReferralId(moved.meeting.title),
        meeting=None if moved.meeting.id is None else MeetingId(moved.meeting.id),
        session=moved.meeting.sessionId,
        organization=_organization(head),
        participant=Movement(
            PersonId(participant.customParticipantId), participant.peerId, MOVEMENTS[head.event]
        ),
        recognisable=_recognisable(head),
    )


def _without_meaning(head: EventHead) -> SessionEvent:
    return SessionEvent(
        head.event, organization=_organization(head), recognisable=_recognisable(head)
    )


def _recognisable(head: EventHead) -> bool:
    """Whether the body holds a session, a peer or a time; then the same bytes are a repeat."""
    places = (head.meeting, head.participant, head.model_extra)
    return any(place.get(mark) for place in places if isinstance(place, dict) for mark in MARKS)


def _organization(head: EventHead) -> str | None:
    organizer = head.meeting.get("organizedBy") if isinstance(head.meeting, dict) else None
    identifier = organizer.get("id") if isinstance(organizer, dict) else None
    return str(identifier) if identifier else None
