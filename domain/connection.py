"""One connection of a person (a tab, a telephone): is it open?

A joining is a connection, its session and its instant. A leave closes the joining with its
``joined_at``; without that, those not later than its ``left_at``; without instants, all of that
connection. The order in which joins and leaves arrive never counts, nor does a clock of ours. The
rule is decision record 11.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.facts import PeerJoined, PeerLeft, Roster, SessionEnded

NEVER = 0
"""Before every ``seq``."""


@dataclass(frozen=True, slots=True)
class Joining:
    """``seq`` is NEVER when only a leave or a roster names it."""

    seq: int
    session: str | None
    joined_at: float | None


@dataclass(slots=True)
class Connection:
    """All that is known of one connection, each with its ``seq``."""

    peer: str
    joinings: list[Joining] = field(default_factory=list)
    leaves: list[tuple[int, PeerLeft]] = field(default_factory=list)
    ends: list[tuple[int, SessionEnded]] = field(default_factory=list)
    rosters: list[tuple[int, Roster]] = field(default_factory=list)

    def learn(self, seq: int, joined: PeerJoined) -> None:
        self.joinings.append(Joining(seq, joined.session, joined.joined_at))

    @property
    def joined(self) -> int:
        """The ``seq`` of the newest known joining; NEVER when none is known."""
        return max((joining.seq for joining in self._current()), default=NEVER)

    @property
    def is_open(self) -> bool:
        return self.closed == NEVER

    @property
    def closed(self) -> int:
        """The ``seq`` that closed the last of its joinings; NEVER while one is open."""
        closed = [self._closed(joining) for joining in self._current()]
        return NEVER if NEVER in closed else max(closed, default=NEVER)

    @property
    def sessions(self) -> set[str]:
        """The sessions that it is in, as far as they are known."""
        told = {joining.session or self._listed_session() for joining in self._current()}
        return {session for session in told if session is not None}

    def restored_after(self, report: int) -> bool:
        """Whether a roster lists it that takes the report with that ``seq`` into account."""
        return any(roster.reports_upto >= report for _, roster in self._listings())

    def _current(self) -> list[Joining]:
        """A later joining replaces an earlier one, also when only its leave is known. A connection
        that only a roster or a leave names has joined too."""
        instants = [joining.joined_at for joining in self.joinings]
        instants += [leave.joined_at for _, leave in self.leaves]
        latest = max((instant for instant in instants if instant is not None), default=None)
        current = [one for one in self.joinings if one.joined_at in {None, latest}]
        if latest is not None and all(one.joined_at is None for one in current):
            current.append(Joining(NEVER, None, latest))
        return current or [Joining(NEVER, None, None)]

    def _closed(self, joining: Joining) -> int:
        """The first ``seq`` that closed it and that no later roster contradicts."""
        known = [min(roster.upto, seq - 1) for seq, roster in self._listings()]
        closers = [seq for seq in self._closers(joining) if all(seq > upto for upto in known)]
        return min(closers, default=NEVER)

    def _closers(self, joining: Joining) -> Iterator[int]:
        session = joining.session or self._listed_session()
        yield from (seq for seq, left in self.leaves if _closes(left, joining))
        yield from (seq for seq, end in self.ends if _ends(seq, end, joining, session))
        yield from (
            seq
            for seq, roster in self.rosters
            if joining.seq <= roster.upto and not self._may_be_in(roster)
        )

    def _listings(self) -> list[tuple[int, Roster]]:
        return [(seq, roster) for seq, roster in self.rosters if self._is_in(roster)]

    def _listed_session(self) -> str | None:
        return next((roster.session for _, roster in self._listings()), None)

    def _is_in(self, roster: Roster) -> bool:
        return any(peer == self.peer for peer, _ in roster.inside)

    def _may_be_in(self, roster: Roster) -> bool:
        return any(peer == self.peer for peer, _ in roster.inside | roster.unsure)


def _closes(left: PeerLeft, joining: Joining) -> bool:
    if _differ(left.session, joining.session):
        return False
    if joining.joined_at is None:
        return True
    if left.joined_at is not None:
        return left.joined_at == joining.joined_at
    return left.left_at is None or joining.joined_at <= left.left_at


def _ends(seq: int, end: SessionEnded, joining: Joining, session: str | None) -> bool:
    """True for the end of its session, in any order; and for an end that empties the room, unless
    both sessions are known and differ, or the connection joined later."""
    if end.session is not None and end.session == session:
        return True
    if not end.empties or _differ(end.session, session):
        return False
    return joining.seq < seq or _not_later(joining.joined_at, end.ended_at)


def _not_later(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and one <= other


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
