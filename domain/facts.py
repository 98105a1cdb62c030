"""What is known of a meeting: facts that are only ever added, each once, and numbered.

``seq`` is the order in which they were stored. Facts of the provider mean the same in whatever
order and however often they come; only the place of reports in that order means something.
"""

from dataclasses import dataclass

from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class Reported:
    """Someone said, through one of our two endpoints, that a person is in or out.

    ``why`` is what an operator wrote who corrected it; a front end gives no reason.
    """

    person: PersonId
    in_meeting: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class PeerJoined:
    """A connection of a person (a tab, a telephone) joined a session."""

    person: PersonId
    peer: str
    session: str | None


@dataclass(frozen=True, slots=True)
class PeerLeft:
    """That connection left; it never comes back, because the next one is another peer."""

    person: PersonId
    peer: str
    session: str | None


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The provider said that a session ended. ``empties`` when its reason empties the room."""

    session: str | None
    reason: str
    empties: bool


@dataclass(frozen=True, slots=True)
class SessionActive:
    """Asked about the end of another one, the provider said that this session is on."""

    session: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Twice in agreement, the provider said who is inside: these peers, or nobody.

    It speaks of peers known up to ``upto``, and of reports up to ``reports_upto``, which leaves out
    the young ones: who is just connecting is not inside yet.
    """

    session: str | None
    inside: frozenset[tuple[str, PersonId]]
    upto: int
    reports_upto: int


What = Reported | PeerJoined | PeerLeft | SessionEnded | SessionActive | Roster


def person_of(what: What) -> PersonId | None:
    """The one person it is about; None when it may be about everybody in the meeting."""
    match what:
        case Reported(person=person) | PeerJoined(person=person) | PeerLeft(person=person):
            return person
        case _:
            return None


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
    def person(self) -> PersonId | None:
        return person_of(self.what)


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact with its place in the stored order."""

    seq: int
    what: What
    at: float = 0.0

    @property
    def kind(self) -> str:
        """What people call it."""
        return type(self.what).__name__
