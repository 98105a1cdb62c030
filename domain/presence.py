"""Presence: from facts to one answer. The rule, with a table of cases, is decision record 11.

A person is in when one of their connections is open that joined after their last report out, or
when their last report says in and nothing has ended it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.connection import NEVER, Connection
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
    connections: dict[str, Connection] = field(default_factory=dict)
    emptied: list[tuple[int, str | None]] = field(default_factory=list)
    active: list[tuple[int, str]] = field(default_factory=list)
    rosters: list[tuple[int, Roster]] = field(default_factory=list)
    last_report: int = NEVER
    reported_in: bool = False
    last_out: int = NEVER
    closed: bool = False

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
            connection.joined > self.last_out or connection.restored_after(self.last_out)
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
        return "a session's end emptied the room" if self.emptied else "nothing is known"

    def _fate_of_the_report(self) -> str:
        if self._emptied_out():
            return "a session's end emptied the room"
        if self._listed_out():
            return "the provider does not list this person"
        return "every connection is closed" if self._hung_up() else "reported in"

    @property
    def open_connections(self) -> list[Connection]:
        """Those that are open, even of somebody who was reported out."""
        if self.closed:
            return []
        return [connection for connection in self.connections.values() if connection.is_open]

    @property
    def has_open_connection(self) -> bool:
        """Whether a connection is open, even of somebody who was reported out."""
        return bool(self.open_connections)

    @property
    def unconfirmed(self) -> bool:
        """Reported in, and no connection has confirmed it so far."""
        return self.reported_in and not self._confirming()

    def _report_ended(self) -> bool:
        return self._emptied_out() or self._listed_out() or self._hung_up()

    def _emptied_out(self) -> bool:
        """By an end that empties the room, unless another session was known to be on by then."""
        return any(
            seq > self.last_report and not self._superseded(seq, session)
            for seq, session in self.emptied
        )

    def _superseded(self, ended: int, session: str | None) -> bool:
        return session is not None and any(
            self.last_report < seq < ended and other != session for seq, other in self.active
        )

    def _listed_out(self) -> bool:
        return any(
            roster.reports_upto >= self.last_report
            and all(person != self.person for _, person in roster.inside | roster.unsure)
            for _, roster in self.rosters
        )

    def _confirming(self) -> list[Connection]:
        """The connections that confirm a report: open when it came, or joined later."""
        return [
            connection
            for connection in self.connections.values()
            if connection.joined > self.last_report
            or connection.is_open
            or connection.closed > self.last_report
        ]

    def _hung_up(self) -> bool:
        confirming = self._confirming()
        return bool(confirming) and not any(connection.is_open for connection in confirming)


def fold_presence(person: PersonId, facts: Iterable[StoredFact]) -> PresenceFold:
    """From everything known of the meeting, in whatever order it is given."""
    ordered = sorted(facts, key=lambda fact: fact.seq)
    closed = any(isinstance(fact.what, MeetingClosed) for fact in ordered)
    found = PresenceFold(person, closed=closed)
    for fact in ordered:
        _learn(found, fact)
    # A leave or an end may come before the joining that it closes.
    for connection in found.connections.values():
        connection.rosters = found.rosters
        for fact in ordered:
            match fact.what:
                case PeerLeft(peer=peer) if peer == connection.peer:
                    connection.leaves.append((fact.seq, fact.what))
                case SessionEnded() as end:
                    connection.ends.append((fact.seq, end))
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
            known.connections.setdefault(peer, Connection(peer)).learn(fact.seq, joined)
        case SessionEnded(session=ended, empties=True):
            known.emptied.append((fact.seq, ended))
        case SessionActive(session=active):
            known.active.append((fact.seq, active))
        case Roster() as roster:
            known.rosters.append((fact.seq, roster))
            for peer, person in roster.inside:
                if person == known.person:
                    known.connections.setdefault(peer, Connection(peer))
