"""The provider's list of all sessions that are going on, and what it says about one meeting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from domain.claims import ClaimedList, WatchedMeeting
from domain.facts import StoredFact, people_of
from domain.meeting import MeetingId, PersonId
from domain.presence import fold_presence


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is going on. ``inside`` is how many are in it, None when that is not told."""

    id: str
    meeting: MeetingId
    inside: int | None = None


@dataclass(frozen=True, slots=True)
class LivePage:
    """A page of the list. ``total`` is how many sessions the whole list has, None when that is not
    told."""

    sessions: Sequence[LiveSession]
    total: int | None


@dataclass(slots=True)
class LiveList:
    """The list, while it is read page by page. Sessions come and go meanwhile."""

    by_meeting: dict[MeetingId, LiveSession] = field(default_factory=dict)
    _sessions: set[str] = field(default_factory=set)
    _totals: list[int | None] = field(default_factory=list)

    def take(self, page: LivePage) -> None:
        self.by_meeting |= {session.meeting: session for session in page.sessions}
        self._sessions |= {session.id for session in page.sessions}
        self._totals.append(page.total)

    @property
    def complete(self) -> bool:
        """Whether the distinct sessions reach the total, the same on the first and last page."""
        if not self._totals or (total := self._totals[-1]) is None:
            return False
        return total == self._totals[0] and len(self._sessions) >= total

    @property
    def pages_left(self) -> int:
        """About how many pages are still to come; at least one."""
        missing = (self._totals[-1] or 0) - len(self._sessions)
        a_page = max(1, len(self._sessions) // len(self._totals))
        return max(1, -(-missing // a_page))


@dataclass(frozen=True, slots=True)
class Reading:
    """A list that was read since ``began`` under this claim."""

    claim: ClaimedList
    began: float
    live: LiveList

    def heard_since(self, one: WatchedMeeting) -> bool:
        """Whether something was heard of the meeting that may be news to the list."""
        return one.latest > self.claim.upto


def connected(facts: Iterable[StoredFact]) -> set[PersonId]:
    """Who has an open connection, by these facts of one meeting."""
    known = tuple(facts)
    people = people_of(fact.what for fact in known)
    return {person for person in people if fold_presence(person, known).has_open_connection}


def may_differ(live: LiveSession, facts: Iterable[StoredFact]) -> bool:
    """Whether other people may be in that session than these facts, all of its meeting, show.

    False when everybody who is in has exactly one open connection, which is of that session as far
    as is known, nobody else has one, and the list counts as many.
    """
    known = tuple(facts)
    people = [fold_presence(person, known) for person in people_of(fact.what for fact in known)]
    if any(one.is_in != one.has_open_connection for one in people):
        return True
    inside = [one.open_connections for one in people if one.is_in]
    if len(inside) != live.inside or any(len(connections) != 1 for connections in inside):
        return True
    return any(bool(one.sessions - {live.id}) for connections in inside for one in connections)
