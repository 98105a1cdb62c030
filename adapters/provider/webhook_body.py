"""What a webhook's body means. The shape is the contract's. Pure.

Only what a decision is taken on is read, and only that can make an event unreadable: the provider's
own samples leave out what its documents promise and add what they do not mention.
"""

import re

from pydantic import BaseModel, TypeAdapter, ValidationError

from adapters.fields import KEEP_NO_TEXTS, Identifier, faults_of
from adapters.provider.instants import instant
from adapters.provider.webhook_json import Json, read_object
from domain.errors import MalformedEventError
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId
from domain.session import Movement, SessionEvent

CONTRACT_REASONS = {"HOST_ENDED_MEETING", "ALL_PARTICIPANTS_LEFT"}
MOVEMENTS = {"meeting.participantJoined": True, "meeting.participantLeft": False}
HEARD_OF = {"meeting.started", *MOVEMENTS}
"""Events that say that something goes on in a meeting, also when they say no more."""
PERSON = ("customParticipantId", "clientSpecificId")
"""The names of a person's id; the second is the deprecated one."""
MARKS = {"sessionId", "startedAt", "endedAt", "peerId", "joinedAt", "leftAt"}
STORED_BY_NONE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
IDENTIFIER = TypeAdapter[str](Identifier, config=KEEP_NO_TEXTS)


class Event(BaseModel):
    """What the contract requires of every event."""

    event: object


class Title(BaseModel):
    title: Identifier


class EndOfUnknown(Event):
    """What it requires of an end whose meeting nothing names, so that its sender is told."""

    meeting: Title


def read_event(body: bytes) -> SessionEvent:
    """A webhook's body as a value; raises MalformedEventError naming each faulty field."""
    told = read_object(body)
    try:
        return _read(told)
    except ValidationError as error:
        faults = faults_of(error)
        raise MalformedEventError("a webhook that cannot be read", faults) from error


def _read(told: Json) -> SessionEvent:
    """About a meeting that its title or its id names; or without a meaning for us."""
    meeting, reason = _part(told), _reason(told)
    movement = None if reason else _movement(told)
    title, identifier = _identifier(meeting.get("title")), _identifier(meeting.get("id"))
    unknown = title is None and identifier is None
    (EndOfUnknown if unknown and reason in CONTRACT_REASONS else Event).model_validate(told)
    name, organization = _identifier(told["event"]) or "", _organization(told)
    recognisable = _recognisable(told)
    heard_of = name in HEARD_OF and title is not None and identifier is not None
    if unknown or not (reason or movement or heard_of):
        return SessionEvent(name, organization=organization, recognisable=recognisable)
    return SessionEvent(
        name,
        organization=organization,
        recognisable=recognisable,
        reason=reason,
        # Somebody may have edited it into a text that is no referral's id.
        referral=None if title is None else ReferralId(title),
        meeting=None if identifier is None else MeetingId(identifier),
        session=_identifier(meeting.get("sessionId")),
        participant=movement,
        ended_at=instant(meeting.get("endedAt")) if reason else None,
    )


def _reason(told: Json) -> str | None:
    """Free text, of which a database may refuse control characters and lone surrogates."""
    reason = told.get("reason")
    if not isinstance(reason, str):
        return None
    return STORED_BY_NONE.sub("?", reason.strip()) or None


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


def _part(told: Json) -> Json:
    meeting = told.get("meeting")
    return meeting if isinstance(meeting, dict) else {}


def _recognisable(told: Json) -> bool:
    """Whether the body names a session, a connection or a time, so that the same bytes repeat."""
    places = (told.get("meeting"), told.get("participant"), told)
    return any(place.get(mark) for place in places if isinstance(place, dict) for mark in MARKS)


def _organization(told: Json) -> str | None:
    """What is neither a text nor a number names no organization, and so another than ours."""
    organizer = _part(told).get("organizedBy")
    identifier = organizer.get("id") if isinstance(organizer, dict) else None
    if not identifier:
        return None
    return str(identifier) if isinstance(identifier, str | int) else "?"


def _identifier(value: object) -> str | None:
    """Also of an id that came as a number; None for what can be none."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    try:
        return IDENTIFIER.validate_python(text)
    except ValidationError:
        return None
