"""One connection of a person (a tab, a telephone): is it open?

A joining begins a *stay*, and whatever closes a stay closes it for good. A leave closes the joining
with its ``joined_at``; without that, those not later than its ``left_at``; without instants, all of
that connection. A later joining takes the place of an earlier one, also when only its leave is
known. The order in which joins and leaves arrive never counts, nor does a clock of ours.

A roster that lists a connection begins a stay too, in place of what it knew of: what came up to
then closes it no more. The rule is decision record 11.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from domain.facts import PeerJoined, PeerLeft, Roster, SessionEnded

NEVER = 0
"""Before every ``seq``."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Begun by the fact ``seq``: a joining, or the ``roster`` that lists the connection.

    ``joined`` is the ``seq`` of its joining, NEVER when none is known; ``known`` the newest fact
    that a roster took into account. ``over`` when it is known to be closed.
    """

    seq: int
    joined: int = NEVER
    session: str | None = None
    joined_at: float | None = None
    known: int = NEVER
    roster: Roster | None = None
    over: bool = False

    @property
    def in_session(self) -> str | None:
        return self.session or (self.roster.session if self.roster else None)

    def counts_after(self, report: int) -> bool:
        """Whether it shows somebody in who was reported out by the fact with that ``seq``."""
        return self.joined > report or (
            self.roster is not None and self.roster.reports_upto >= report
        )


@dataclass(slots=True)
class Happened:
    """What may close connections of a meeting, each with its ``seq`` and in that order."""

    leaves: dict[str, list[tuple[int, PeerLeft]]] = field(default_factory=dict)
    ends: list[tuple[int, SessionEnded]] = field(default_factory=list)
    rosters: list[tuple[int, Roster]] = field(default_factory=list)


@dataclass(slots=True)
class Connection:
    """All that is known of one connection."""

    peer: str
    happened: Happened
    joinings: list[Stay] = field(default_factory=list)
    listings: list[Stay] = field(default_factory=list)

    def joined(self, seq: int, what: PeerJoined, *, over: bool = False) -> None:
        stay = Stay(seq, seq, what.session, what.joined_at, over=over)
        self.joinings.append(stay)

    def listed(self, seq: int, roster: Roster, *, over: bool = False) -> None:
        self.listings.append(Stay(seq, known=min(roster.upto, seq - 1), roster=roster, over=over))

    @property
    def stays(self) -> list[Stay]:
        return [*self.joinings, *map(self._renewed, self.listings)]

    @property
    def open_stays(self) -> list[Stay]:
        return [stay for stay in self.stays if self.closed(stay) == NEVER]

    @property
    def sessions(self) -> set[str]:
        """The sessions that it is in, as far as they are known."""
        return {stay.in_session for stay in self.open_stays if stay.in_session is not None}

    def joining_of(self, listing: Stay) -> Stay | None:
        """The newest joining that the roster knew of; it goes on when the roster lists it."""
        known = (stay for stay in self.joinings if stay.joined <= listing.known)
        return max(known, key=lambda stay: (stay.joined_at or 0.0, stay.joined), default=None)

    def closer(self, stay: Stay) -> int:
        """The ``seq`` of the first fact that closes it; NEVER when none does."""
        return min(chain.from_iterable(map(_first, self._closers(stay))), default=NEVER)

    def closers(self, stay: Stay) -> Iterator[int]:
        """The ``seq`` of every fact that closes it."""
        return chain.from_iterable(self._closers(stay))

    def closed(self, stay: Stay) -> int:
        """From which ``seq`` on it is known to be closed; NEVER while it is open."""
        if stay.over:
            return stay.seq
        closer = self.closer(stay)
        return max(stay.seq, closer) if closer else NEVER

    def _renewed(self, listing: Stay) -> Stay:
        joining = self.joining_of(listing)
        if joining is None:
            return listing
        told = (joining.joined, joining.session, joining.joined_at)
        return Stay(listing.seq, *told, listing.known, listing.roster, listing.over)

    def _closers(self, stay: Stay) -> Iterable[Iterable[int]]:
        """By kind."""
        leaves = self.happened.leaves.get(self.peer, ())
        return (
            (seq for seq, left in leaves if seq > stay.known and _closes(left, stay)),
            (seq for seq, end in self.happened.ends if seq > stay.known and _ends(seq, end, stay)),
            (seq for seq, roster in self.happened.rosters if self._listed_out(seq, roster, stay)),
            (new.seq for new in self.joinings if new.seq > stay.known and _later(new, stay)),
            (new.seq for new in self.listings if new.seq > stay.seq and new.known >= _since(stay)),
        )

    def _listed_out(self, seq: int, roster: Roster, stay: Stay) -> bool:
        return seq > stay.seq and roster.upto >= _since(stay) and not roster.mentions(self.peer)


def _first(found: Iterable[int]) -> Sequence[int]:
    return [seq] if (seq := next(iter(found), NEVER)) else []


def _since(stay: Stay) -> int:
    """A roster concerns it that knew of this ``seq``."""
    return stay.known if stay.roster else stay.seq


def _closes(left: PeerLeft, stay: Stay) -> bool:
    if left.joined_at is not None and stay.joined_at is not None:
        same = left.joined_at == stay.joined_at and not _differ(left.session, stay.session)
        return same or left.joined_at > stay.joined_at
    if _differ(left.session, stay.session):
        return False
    return _not_earlier(left.left_at, stay.joined_at)


def _ends(seq: int, end: SessionEnded, stay: Stay) -> bool:
    """True for the end of its session, in any order; and for an end that empties the room, unless
    both sessions are known and differ, or the connection joined later."""
    session = stay.in_session
    if end.session is not None and end.session == session:
        return True
    if not end.empties or _differ(end.session, session):
        return False
    return stay.roster is not None or stay.seq < seq or _not_later(stay.joined_at, end.ended_at)


def _later(new: Stay, stay: Stay) -> bool:
    if new.joined_at is None or stay.joined_at is None:
        return False
    return new.joined_at > stay.joined_at


def _not_earlier(left: float | None, joined: float | None) -> bool:
    """Also when either is not known."""
    return left is None or joined is None or joined <= left


def _not_later(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and one <= other


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
