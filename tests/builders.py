"""Values with made-up defaults; a test names only what it is about."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

from adapters.kept_secrets import KeptSecrets, Secret
from domain.caller import Doctor, Service
from domain.facts import Fact, Reported, SessionEnded
from domain.installation import Installation
from domain.meeting import Guest, MeetingId, PersonId, Preset
from domain.presence import Seat
from domain.referral import Referral, ReferralId
from domain.session import SessionEvent

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PORTAL = Service("portal")
OURS = Installation("dyte", "org", "https://attendance.example")


def a_doctor(person: str = "dra-ana") -> Doctor:
    return Doctor(PersonId(person))


def a_guest(
    person: str = "dra-ana",
    name: str = "Dra. Ana",
    preset: Preset = Preset.HOST,
    picture: str | None = None,
) -> Guest:
    return Guest(PersonId(person), name, preset, picture)


def a_referral(
    referral: str = "enc-1", requester: str = "dra-ana", specialist: str | None = "dr-bruno"
) -> Referral:
    chosen = None if specialist is None else PersonId(specialist)
    return Referral(ReferralId(referral), PersonId(requester), chosen)


def a_session_end(
    referral: str = "enc-1",
    meeting: str | None = "meeting-1",
    reason: str = "ALL_PARTICIPANTS_LEFT",
    organization: str | None = None,
    name: str = "meeting.ended",
) -> SessionEvent:
    known = None if meeting is None else MeetingId(meeting)
    return SessionEvent(name, reason, ReferralId(referral), known, organization=organization)


def a_seat(referral: str = "enc-1", meeting: str = "meeting-1", person: str = "dra-ana") -> Seat:
    return Seat(ReferralId(referral), MeetingId(meeting), PersonId(person))


def a_report(key: str, seat: Seat | None = None, *, in_meeting: bool = True) -> Fact:
    about = seat or a_seat()
    what = Reported(about.person, in_meeting)
    return Fact(key, about.referral, about.meeting, what, at=0.0)


def an_end(key: str, seat: Seat | None = None) -> Fact:
    about = seat or a_seat()
    what = SessionEnded("session-1", "ALL_PARTICIPANTS_LEFT", empties=True)
    return Fact(key, about.referral, about.meeting, what, at=0.0)


def a_webhook_body(
    title: str = "enc-1001",
    meeting: str | None = "meeting-1",
    reason: str | None = "ALL_PARTICIPANTS_LEFT",
    event: str = "meeting.ended",
) -> dict[str, object]:
    """The contract's webhook body."""
    named = {} if meeting is None else {"id": meeting}
    because = {} if reason is None else {"reason": reason}
    return {"event": event, "meeting": {**named, "title": title}, **because}


class CountedIds:
    """Ids that a test can foretell: prefix-1, prefix-2, …"""

    def __init__(self, prefix: str = "id") -> None:
        self.prefix = prefix
        self.numbers = count(1)

    def __call__(self) -> str:
        return f"{self.prefix}-{next(self.numbers)}"


def kept_secrets(*values: bytes) -> KeptSecrets:
    """The last is in use, and the others were before it."""
    known = [Secret(since, value) for since, value in enumerate(values)]

    async def read() -> Sequence[Secret]:
        return known

    return KeptSecrets(read, lambda: float(len(values)), known)
