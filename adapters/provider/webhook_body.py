"""What a webhook's body means. The shape is the contract's. Pure.

Only what a decision is taken on is read, and only that can make an event unreadable: the provider's
own samples leave out what its documents promise and add what they do not mention.
"""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, TypeAdapter, ValidationError

from adapters.fields import Identifier, OptionalIdentifier, faults_of
from adapters.provider.instants import instant
from adapters.provider.webhook_json import Json, read_object
from domain.errors import FieldFault, MalformedEventError
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId
from domain.session import Movement, SessionEvent

CONTRACT_REASONS = {"HOST_ENDED_MEETING", "ALL_PARTICIPANTS_LEFT"}
MOVEMENTS = {"meeting.participantJoined": True, "meeting.participantLeft": False}
PERSON = ("customParticipantId", "clientSpecificId")
"""The names of a person's id; the second is the deprecated one."""
MARKS = {"sessionId", "startedAt", "endedAt", "peerId", "joinedAt", "leftAt"}
IDENTIFIER = TypeAdapter[str](Identifier)


class MeetingPart(BaseModel):
    """Which meeting and session it is about; the title is the referral's id (contract)."""

    id: OptionalIdentifier = None
    title: Identifier
    sessionId: OptionalIdentifier = None  # noqa: N815


class EditedMeetingPart(BaseModel):
    """The same when somebody edited the title into a text that can be no referral's id."""

    title: Annotated[None, BeforeValidator(lambda _edited: None)] = None
    id: Identifier
    sessionId: OptionalIdentifier = None  # noqa: N815


class Body(BaseModel):
    """What decides in any event that we act on."""

    event: Identifier
    meeting: MeetingPart


class EditedBody(BaseModel):
    """The same, of a meeting that only its id names."""

    event: Identifier
    meeting: EditedMeetingPart


def read_event(body: bytes) -> SessionEvent:
    """A webhook's body as a value; raises MalformedEventError naming each faulty field."""
    told = read_object(body)
    try:
        return _read(told)
    except ValidationError as error:
        faults = faults_of(error)
        raise MalformedEventError("a webhook that cannot be read", faults) from error


def _read(told: Json) -> SessionEvent:
    reason = told.get("reason")
    if isinstance(reason, str):
        try:
            return _of_meeting(told, reason=reason, ended_at=instant(_part(told).get("endedAt")))
        except ValidationError:
            if reason in CONTRACT_REASONS:
                raise
    elif movement := _movement(told):
        try:
            return _of_meeting(told, participant=movement)
        except ValidationError:
            pass  # about no meeting that we could know
    return _without_meaning(told)


def _of_meeting(
    told: Json,
    *,
    reason: str | None = None,
    participant: Movement | None = None,
    ended_at: float | None = None,
) -> SessionEvent:
    body = (EditedBody if _is_edited(_part(told)) else Body).model_validate(told)
    meeting = body.meeting
    return SessionEvent(
        name=body.event,
        reason=reason,
        referral=None if meeting.title is None else ReferralId(meeting.title),
        meeting=None if meeting.id is None else MeetingId(meeting.id),
        session=meeting.sessionId,
        organization=_organization(told),
        participant=participant,
        ended_at=ended_at,
        recognisable=_recognisable(told),
    )


def _is_edited(meeting: Json) -> bool:
    title = meeting.get("title")
    unusable = isinstance(title, str) and _identifier(title) is None
    return unusable and _identifier(meeting.get("id")) is not None


def _movement(told: Json) -> Movement | None:
    """None for another event, when no connection is named, and when nobody could have joined."""
    participant, event = told.get("participant"), told.get("event")
    if not isinstance(event, str) or event not in MOVEMENTS or not isinstance(participant, dict):
        return None
    peer = _identifier(participant.get("peerId"))
    if peer is None:
        return None
    joined = MOVEMENTS[event]
    named = (_identifier(participant.get(name)) for name in PERSON)
    person = next((name for name in named if name), None)
    if joined and person is None:
        return None
    return Movement(
        peer=peer,
        joined=joined,
        person=None if person is None else PersonId(person),
        joined_at=instant(participant.get("joinedAt")),
        left_at=instant(participant.get("leftAt")),
    )


def _without_meaning(told: Json) -> SessionEvent:
    """Whatever it is called; but something that is not called anything is no event."""
    if "event" not in told:
        raise MalformedEventError("no event", [FieldFault(("event",), "missing", {})])
    return SessionEvent(
        _identifier(told["event"]) or "",
        organization=_organization(told),
        recognisable=_recognisable(told),
    )


def _part(told: Json) -> Json:
    meeting = told.get("meeting")
    return meeting if isinstance(meeting, dict) else {}


def _recognisable(told: Json) -> bool:
    """Whether the body names a session, a connection or a time, so that the same bytes repeat."""
    places = (told.get("meeting"), told.get("participant"), told)
    return any(place.get(mark) for place in places if isinstance(place, dict) for mark in MARKS)


def _organization(told: Json) -> str | None:
    organizer = _part(told).get("organizedBy")
    identifier = organizer.get("id") if isinstance(organizer, dict) else None
    return str(identifier) if identifier else None


def _identifier(value: object) -> str | None:
    try:
        return IDENTIFIER.validate_python(value)
    except ValidationError:
        return None
