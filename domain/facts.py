"""What is known of a meeting: facts that are only ever added, each once, and numbered.

``seq`` is the order in which they were stored. The provider's facts give the same result in any
order and number. The order matters for reports, and for an end whose session is not known.
Instants are the provider's, in seconds since the epoch (UTC), cut to milliseconds; None where it
gave none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class MeetingOpened:
    """This service opened the meeting."""


@dataclass(frozen=True, slots=True)
class MeetingClosed:
    """This service closed the meeting at the provider: nobody is in, whatever arrives later."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A person was reported in or out through one of our two endpoints.

    ``why`` is what an operator wrote who corrected it; a front end gives no reason.
    """

    person: PersonId
    in_meeting: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class PeerJoined:
    """A connection of a person (a tab, a telephone) joined a session.

    Connection, session and instant together are one joining: a connection that comes back may have
    the same id.
    """

    person: PersonId
    peer: str
    session: str | None
    joined_at: float | None = None


@dataclass(frozen=True, slots=True)
class PeerLeft:
    """A connection left. Its joining says whose connection it was."""

    peer: str
    session: str | None
    joined_at: float | None = None
    left_at: float | None = None


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The provider said that a session ended. ``empties`` when its reason empties the room."""

    session: str | None
    reason: str
    empties: bool
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class SessionActive:
    """Asked about the end of another session, the provider said that this one is going on."""

    session: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Two answers of the provider, compared person by person.

    ``inside`` has the connections of people whom both list, ``unsure`` those of people whom only
    one lists: nothing is said about these. Everybody else is out.

    It speaks of connections known up to ``upto``, and of reports up to ``reports_upto``, which
    leaves out the young ones: a person who is just connecting is not inside yet.
    """

    session: str | None
    inside: frozenset[tuple[str, PersonId]]
    upto: int
    reports_upto: int
    unsure: frozenset[tuple[str, PersonId]] = frozenset()

    def names(self, person: PersonId) -> bool:
        """Whether either answer lists the person."""
        return any(one == person for _, one in chain(self.inside, self.unsure))

    def mentions(self, peer: str) -> bool:
        """Whether it speaks of that connection."""
        return any(one == peer for one, _ in chain(self.inside, self.unsure))


What = (
    MeetingOpened
    | MeetingClosed
    | Reported
    | PeerJoined
    | PeerLeft
    | SessionEnded
    | SessionActive
    | Roster
)


def person_of(what: What) -> PersonId | None:
    """The one person it is about; None when it may be about everybody in the meeting."""
    match what:
        case Reported(person=person) | PeerJoined(person=person):
            return person
        case _:
            return None


def about_person(facts: Iterable["StoredFact"], person: PersonId) -> list["StoredFact"]:
    """Those that are about that person, or may be about everybody."""
    return [fact for fact in facts if person_of(fact.what) in {None, person}]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened in a meeting about a referral.

    ``key`` makes it count once: ``joined:`` and ``left:`` with meeting, connection, session and
    instants; ``ended:`` with meeting, session, reason and instant, or with the delivery's key when
    it names neither session nor instant; ``active:`` with meeting and that key; ``roster:`` with
    meeting and the sweep's number; ``report:`` and ``clear:`` with an id of their own; ``opened:``
    with the meeting; ``closed:`` with meeting and referral. ``at`` is when we learned of it, in
    seconds since the epoch.
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
    """A fact with its place in the stored order.

    ``over`` says that every connection it speaks of was found closed (``domain/needed.py``).
    """

    seq: int
    what: What
    at: float = 0.0
    over: bool = False

    @property
    def kind(self) -> str:
        """What people call it."""
        return type(self.what).__name__


def people_of(whats: Iterable[What]) -> set[PersonId]:
    """Everybody whom these facts name."""
    people: set[PersonId] = set()
    for what in whats:
        if isinstance(what, Roster):
            people |= {person for _, person in what.inside | what.unsure}
        elif (person := person_of(what)) is not None:
            people.add(person)
    return people
