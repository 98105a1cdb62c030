"""Presence: from facts to one answer. The rule, with a table of cases, is decision record 11.

A person is in when one of their connections is open that joined after their last report out, or
when their last report says in and nothing has ended it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.connection import NEVER, Connection, Happened
from domain.facts import (
    MeetingClosed,
    PeerJoined,
    PeerLeft,
    Reported,
    Roster,
    SessionActive,
    SessionEnded,
    StoredFact,
)
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId

LOOKED_BACK = 32
"""Facts; a state that lasts for more new ones than these began no earlier than the oldest."""


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """One person in one meeting about one referral: what the attendance service shows a flag of."""

    referral: ReferralId
    meeting: MeetingId
    person: PersonId


@dataclass(slots=True)
class PresenceFold:
    """One person's facts in one meeting, sorted by meaning. Build it with ``fold_presence``."""

    person: PersonId
    happened: Happened
    connections: dict[str, Connection] = field(default_factory=dict)
    active: list[tuple[int, str]] = field(default_factory=list)
    last_report: int = NEVER
    reported_in: bool = False
    last_out: int = NEVER
    closed: bool = False
    over: set[int] = field(default_factory=set)

    @property
    def is_in(self) -> bool:
        """Whether the attendance service should show this person in the meeting."""
        if self.closed:
            return False
        return self.inside_by > 0 or (self.reported_in and not self._report_ended())

    @property
    def inside_by(self) -> int:
        """How many open connections show this person in the meeting."""
        return sum(
            any(stay.counts_after(self.last_out) for stay in connection.open_stays)
            for connection in self.open_connections
        )

    @property
    def because(self) -> str:
        """What decided, in a few words for people."""
        if self.closed:
            return "the meeting was closed"
        if self.inside_by:
            return "a connection is open"
        if self.reported_in:
            return self._fate_of_the_report()
        if self.last_out:
            return "reported out"
        if self.connections:
            return "every connection is closed"
        emptied = any(end.empties for _, end in self.happened.ends)
        return "a session's end emptied the room" if emptied else "nothing is known"

    def _fate_of_the_report(self) -> str:
        if self.emptied_out(self.last_report):
            return "a session's end emptied the room"
        if self.listed_out(self.last_report):
            return "the provider does not list this person"
        return "every connection is closed" if self._hung_up() else "reported in"

    @property
    def open_connections(self) -> list[Connection]:
        """Those that are open, even of somebody who was reported out."""
        if self.closed:
            return []
        return [connection for connection in self.connections.values() if connection.open_stays]

    @property
    def has_open_connection(self) -> bool:
        """Whether a connection is open, even of somebody who was reported out."""
        return bool(self.open_connections)

    @property
    def unconfirmed(self) -> bool:
        """Reported in, and no connection has confirmed it so far: none is open, joined later, or
        was open when it came."""
        return self.reported_in and not self.has_open_connection and not self._hung_up()

    def emptied_out(self, report: int) -> int:
        """The first end that empties the room after that report, unless another session was known
        to be on by then; NEVER when there is none."""
        for seq, end in self.happened.ends:
            if not end.empties or seq <= report or seq in self.over:
                continue
            if not self.superseded(report, seq, end.session):
                return seq
        return NEVER

    def superseded(self, report: int, ended: int, session: str | None) -> int:
        """The first fact between the two that another session than the ended one is on."""
        for seq, other in self.active:
            if report < seq < ended and session not in {None, other}:
                return seq
        return NEVER

    def listed_out(self, report: int) -> int:
        """The roster without the person that knows of the newest reports; NEVER when it does not
        take that report into account."""
        upto, seq = max(
            (
                (roster.reports_upto, seq)
                for seq, roster in self.happened.rosters
                if seq not in self.over and not roster.names(self.person)
            ),
            default=(NEVER, NEVER),
        )
        return seq if upto >= report else NEVER

    def _report_ended(self) -> bool:
        by_all = self.emptied_out(self.last_report) or self.listed_out(self.last_report)
        return bool(by_all) or self._hung_up()

    def _hung_up(self) -> bool:
        """Every connection is closed, and one of them confirmed the report."""
        closed = [
            connection.closed(stay)
            for connection in self.connections.values()
            for stay in connection.stays
        ]
        return NEVER not in closed and max(closed, default=NEVER) > self.last_report


def fold_presence(person: PersonId, facts: Iterable[StoredFact]) -> PresenceFold:
    """From everything known of the meeting, in whatever order it is given."""
    found = PresenceFold(person, Happened())
    for fact in sorted(facts, key=lambda fact: fact.seq):
        found.closed = found.closed or isinstance(fact.what, MeetingClosed)
        _learn(found, fact)
        if fact.over:
            found.over.add(fact.seq)
    return found


def is_in(person: PersonId, facts: Iterable[StoredFact]) -> bool:
    """Whether the attendance service should show the person in the meeting."""
    return fold_presence(person, facts).is_in


def changed_at(person: PersonId, facts: Iterable[StoredFact], after: int) -> float | None:
    """When we learned of what brought the person in, or out, among the facts after that ``seq``;
    None when none of these changed it."""
    known = sorted(facts, key=lambda fact: fact.seq)
    now = is_in(person, known)
    last = None
    for _ in range(LOOKED_BACK):
        if not known or known[-1].seq <= after:
            return None
        last = known.pop()
        if is_in(person, known) != now:
            break
    return last.at if last else None


def _learn(known: PresenceFold, fact: StoredFact) -> None:
    match fact.what:
        case Reported(person=known.person, in_meeting=in_meeting):
            known.last_report, known.reported_in = fact.seq, in_meeting
            known.last_out = known.last_out if in_meeting else fact.seq
        case PeerJoined(person=known.person, peer=peer) as joined:
            _connection(known, peer).joined(fact.seq, joined, over=fact.over)
        case PeerLeft(peer=peer) as left:
            known.happened.leaves.setdefault(peer, []).append((fact.seq, left))
        case SessionEnded() as end:
            known.happened.ends.append((fact.seq, end))
        case SessionActive(session=active):
            known.active.append((fact.seq, active))
        case Roster() as roster:
            _learn_roster(known, fact, roster)


def _learn_roster(known: PresenceFold, fact: StoredFact, roster: Roster) -> None:
    known.happened.rosters.append((fact.seq, roster))
    for peer, person in roster.inside:
        if person == known.person:
            _connection(known, peer).listed(fact.seq, roster, over=fact.over)


def _connection(known: PresenceFold, peer: str) -> Connection:
    return known.connections.setdefault(peer, Connection(peer, known.happened))
