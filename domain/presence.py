"""Presence: facts in, one truth out. The rule, with a table of cases, is decision record 11.

Never a counter, never the last message to arrive, never a clock: a person is in when a peer of
theirs is open that joined after their last report out, or when their last report says in and
nothing has ended it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.facts import (
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

NEVER = 0


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """One person in one meeting about one referral: what the attendance service shows a flag of."""

    referral: ReferralId
    meeting: MeetingId
    person: PersonId


@dataclass(slots=True)
class _Peer:
    """One connection: when it was first heard to join, and what may have closed it.

    ``listed`` when a roster had it inside, whether or not anybody told that it joined.
    """

    joined: int = NEVER
    listed: bool = False
    left: int = NEVER
    session: str | None = None


@dataclass(slots=True)
class PresenceFold:
    """One person's facts in one meeting, sorted by meaning. Build it with ``fold_presence``."""

    person: PersonId
    peers: dict[str, _Peer] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    emptied: list[tuple[int, str | None]] = field(default_factory=list)
    active: list[tuple[int, str]] = field(default_factory=list)
    rosters: list[tuple[int, Roster]] = field(default_factory=list)
    last_report: int = NEVER
    reported_in: bool = False
    last_out: int = NEVER

    @property
    def is_in(self) -> bool:
        """Whether the attendance service should show this person in the meeting."""
        return self._has_peer() or (self.reported_in and not self._report_ended())

    @property
    def because(self) -> str:
        """What decided, in a few words for people."""
        if self._has_peer():
            return "a connection is open"
        if self.reported_in:
            return self._fate_of_the_report()
        if self.last_out:
            return "reported out"
        if self._joined():
            return "every connection is closed"
        return "a session's end emptied the room" if self.emptied else "nothing is known"

    def _fate_of_the_report(self) -> str:
        if self._emptied_out():
            return "a session's end emptied the room"
        if self._listed_out():
            return "the provider does not list this person"
        return "every connection is closed" if self._hung_up() else "reported in"

    @property
    def has_open_peer(self) -> bool:
        """Whether a connection is open, even of somebody who was reported out."""
        return any(not self._closed(name) for name in self._joined())

    @property
    def unconfirmed(self) -> bool:
        """Reported in, and no connection has confirmed it so far."""
        return self.reported_in and not self._confirming()

    def _joined(self) -> list[str]:
        return [name for name, peer in self.peers.items() if peer.joined or peer.listed]

    def _has_peer(self) -> bool:
        return any(
            self.peers[name].joined > self.last_out or self._restored(name)
            for name in self._joined()
            if not self._closed(name)
        )

    def _restored(self, name: str) -> bool:
        """Listed as inside by a roster that was old enough to know of the report out."""
        return any(
            (name, self.person) in roster.inside and roster.reports_upto >= self.last_out
            for _, roster in self.rosters
        )

    def _closed(self, name: str) -> int:
        """The ``seq`` that closed a peer, NEVER while it is open."""
        peer = self.peers[name]
        closers = [peer.left, self.ended.get(peer.session or "", NEVER), self._unlisted(name)]
        return min((seq for seq in closers if seq), default=NEVER)

    def _unlisted(self, name: str) -> int:
        """The newest roster that knows the peer decides, because a later one may list it again."""
        newest = NEVER
        for seq, roster in sorted(self.rosters, key=lambda entry: entry[0]):
            if self.peers[name].joined <= roster.upto:
                listed = any(peer == name for peer, _ in roster.inside)
                newest = NEVER if listed else (newest or seq)
        return newest

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
            and all(person != self.person for _, person in roster.inside)
            for _, roster in self.rosters
        )

    def _confirming(self) -> list[str]:
        """The peers that bear a report out: open when it came, or joined later."""
        return [
            name
            for name in self._joined()
            if self.peers[name].joined > self.last_report
            or not self._closed(name)
            or self._closed(name) > self.last_report
        ]

    def _hung_up(self) -> bool:
        confirming = self._confirming()
        return bool(confirming) and all(self._closed(name) for name in confirming)


def fold_presence(person: PersonId, facts: Iterable[StoredFact]) -> PresenceFold:
    """From everything known of the meeting, in whatever order it is given."""
    found = PresenceFold(person)
    for fact in sorted(facts, key=lambda fact: fact.seq):
        _learn(found, fact)
    return found


def is_in(person: PersonId, facts: Iterable[StoredFact]) -> bool:
    """Whether the attendance service should show the person in the meeting."""
    return fold_presence(person, facts).is_in


def _learn(known: PresenceFold, fact: StoredFact) -> None:
    match fact.what:
        case Reported() | PeerJoined() | PeerLeft() as own:
            if own.person == known.person:
                _learn_of_person(known, fact.seq, own)
        case SessionEnded(session=ended, empties=empties):
            if ended is not None:
                known.ended.setdefault(ended, fact.seq)
            if empties:
                known.emptied.append((fact.seq, ended))
        case SessionActive(session=active):
            known.active.append((fact.seq, active))
        case Roster() as roster:
            known.rosters.append((fact.seq, roster))
            _learn_of_those_inside(known, roster)


def _learn_of_person(known: PresenceFold, seq: int, what: Reported | PeerJoined | PeerLeft) -> None:
    if isinstance(what, Reported):
        known.last_report, known.reported_in = seq, what.in_meeting
        known.last_out = known.last_out if what.in_meeting else seq
        return
    peer = known.peers.setdefault(what.peer, _Peer())
    peer.session = peer.session or what.session
    if isinstance(what, PeerJoined):
        peer.joined = peer.joined or seq
    else:
        peer.left = peer.left or seq


def _learn_of_those_inside(known: PresenceFold, roster: Roster) -> None:
    """A roster knows of connections whose arrival was never told."""
    for name, person in roster.inside:
        if person == known.person:
            peer = known.peers.setdefault(name, _Peer())
            peer.listed, peer.session = True, peer.session or roster.session
