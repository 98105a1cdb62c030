"""Who is there: what the facts and seats of a referral's meetings show to whoever may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.erasure import is_erased
from domain.facts import StoredFact, people_of
from domain.meeting import MeetingId, PersonId
from domain.presence import changed_at, fold_presence, is_in
from domain.referral import ReferralId

MOST_MEETINGS = 20
"""The newest of a referral; older ones are not shown."""


class MeetingStatus(StrEnum):
    """``closed`` from when the service was asked to close it: nobody joins any more. Else ``live``
    when anybody is in, be it a guest who is none of the users; else ``open``."""

    OPEN = "open"
    LIVE = "live"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class StoredSeat:
    """The attendance service was told the facts up to ``told_seq``; ``since`` is when the state
    that it was told began, None when that is not known."""

    person: PersonId
    told_seq: int
    since: float | None


@dataclass(frozen=True, slots=True)
class StoredMeeting:
    """A meeting as it is stored. ``opened`` is when this service opened it or first heard of it."""

    meeting: MeetingId
    opened: float
    closing: float | None
    seats: Sequence[StoredSeat]
    facts: Sequence[StoredFact]


@dataclass(frozen=True, slots=True)
class UserShown:
    """``in_meeting`` is what the attendance service was told or is about to be told; ``since`` is
    when we learned of it, None when nothing ever changed it or that is not known."""

    user: PersonId
    in_meeting: bool
    since: float | None


@dataclass(frozen=True, slots=True)
class MeetingShown:
    """A meeting with everybody whose flag is kept there, by their ids."""

    meeting: MeetingId
    opened: float
    status: MeetingStatus
    users: tuple[UserShown, ...]


@dataclass(frozen=True, slots=True)
class WhoIsThere:
    """The newest meetings of a referral, newest first.

    ``referral_known`` is False when the referral could not be read, or there is none of this id:
    then the meetings are all that is known.
    """

    referral: ReferralId
    referral_known: bool
    meetings: tuple[MeetingShown, ...]


def shown(meetings: Iterable[StoredMeeting]) -> tuple[MeetingShown, ...]:
    """The meetings in the same order. Whoever was erased is shown no more."""
    return tuple(
        MeetingShown(one.meeting, one.opened, _status(one), _users(one)) for one in meetings
    )


def _users(meeting: StoredMeeting) -> tuple[UserShown, ...]:
    there = [seat for seat in meeting.seats if not is_erased(seat.person)]
    return tuple(_user(seat, meeting.facts) for seat in sorted(there, key=lambda seat: seat.person))


def _user(seat: StoredSeat, facts: Sequence[StoredFact]) -> UserShown:
    changed = changed_at(seat.person, facts, seat.told_seq)
    since = seat.since if changed is None else changed
    return UserShown(seat.person, is_in(seat.person, facts), since)


def _status(meeting: StoredMeeting) -> MeetingStatus:
    if meeting.closing is not None:
        return MeetingStatus.CLOSED
    people = people_of(fact.what for fact in meeting.facts)
    live = any(_is_inside(person, meeting.facts) for person in people)
    return MeetingStatus.LIVE if live else MeetingStatus.OPEN


def _is_inside(person: PersonId, facts: Sequence[StoredFact]) -> bool:
    found = fold_presence(person, facts)
    return found.is_in or found.has_open_connection
