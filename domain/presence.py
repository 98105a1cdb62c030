"""Presence: facts in, one truth out.

Facts are only ever added, each once, and numbered by the book in the order it stored them
(``seq``). Whether a person is in a meeting is a pure function of the facts known so far; nobody's
clock, and no order of messages on the wire, has a say in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class Reported:
    """Someone said, through one of our two endpoints, that a person is in or out."""

    person: PersonId
    in_meeting: bool


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The provider said that a session ended. ``empties`` when its reason empties the room."""

    session: str | None
    reason: str
    empties: bool


What = Reported | SessionEnded


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened in a meeting about a referral; ``key`` makes it count once.

    ``at`` is when we learned of it, in seconds since the epoch, for people to read only.
    """

    key: str
    referral: ReferralId
    meeting: MeetingId
    what: What
    at: float

    @property
    def concerns_everyone(self) -> bool:
        """Whether it may change the state of every person in the meeting."""
        return not isinstance(self.what, Reported)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A fact of the book with its place in the book's order."""

    seq: int
    what: What


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """One person in one meeting about one referral: what the attendance service shows a flag of."""

    referral: ReferralId
    meeting: MeetingId
    person: PersonId


def is_in(person: PersonId, facts: Iterable[Numbered]) -> bool:
    """Whether the person is in: reported in, and neither reported out nor emptied out since."""
    inside = False
    for fact in sorted(facts, key=lambda fact: fact.seq):
        match fact.what:
            case Reported(person=reported, in_meeting=told) if reported == person:
                inside = told
            case SessionEnded(empties=True):
                inside = False
    return inside
