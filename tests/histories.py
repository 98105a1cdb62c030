"""Random histories of one meeting, stored and read as the service does it.

Whatever may go wrong with what a provider and people tell is in them: late, lost and doubled facts,
optional fields left out, connections that come back under their old id, reports that are refused,
rosters of two answers that lie apart, an attendance service that lags behind.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from adapters.storage.append_facts import append_facts
from adapters.storage.facts import stored_fact
from adapters.storage.needed_facts import needed_facts
from adapters.storage.presence import REFUSE_REPORTS
from adapters.storage.transaction import Transaction
from domain.facts import (
    Fact,
    PeerJoined,
    PeerLeft,
    Reported,
    Roster,
    SessionActive,
    SessionEnded,
    StoredFact,
    What,
)
from domain.meeting import MeetingId, PersonId
from domain.presence import Seat, fold_presence
from domain.referral import ReferralId

ABOUT = (ReferralId("enc-1"), MeetingId("m-1"))
PEOPLE = [PersonId(name) for name in ("dra-ana", "dr-bruno", "guest")]
SEAT = Seat(*ABOUT, PEOPLE[0])
ALL = """
SELECT seq, person, kind, data, at, 0 AS weighed FROM facts
WHERE referral = $1 AND meeting = $2 AND refused IS NULL
"""
TELL = """
UPDATE seats SET told_seq = $4
WHERE referral = $1 AND meeting = $2 AND person = $3 AND told_seq < $4
"""
SEATS = "SELECT person, told_seq FROM seats WHERE referral = $1 AND meeting = $2"


@dataclass(slots=True)
class History:
    """Few ids make facts meet each other, which is where the rules are."""

    chance: random.Random
    peers: Sequence[str] = ("p1", "p2", "p3", "p4")
    sessions: Sequence[str | None] = (None, "s1", "s2")
    instants: Sequence[float | None] = (None, 1.0, 2.0, 3.0, 4.0)
    seq: int = 0
    told: list[What] = field(default_factory=list)

    @classmethod
    def of_some_kind(cls, dice: random.Random) -> Self:
        """Connections that come back, or ever new ones, or instants and sessions in plenty."""
        many = [float(number) for number in range(1, 30)]
        return dice.choice(
            [
                cls(dice),
                cls(dice, peers=[f"p{number}" for number in range(30)]),
                cls(dice, instants=[None, *many], sessions=["s1", "s2", "s3"]),
            ]
        )

    def steps(self, count: int) -> Iterator[Transaction[None]]:
        """Each changes what is stored."""
        for number in range(count):
            yield self._step(f"f-{number}")

    def _step(self, key: str) -> Transaction[None]:
        deed = self.chance.choices((self._add, self._settle, self._refuse), weights=(12, 2, 1))[0]
        yield from deed(key)

    def _add(self, key: str) -> Transaction[None]:
        what = self._again() if self.told and self.chance.random() < 0.2 else self._what()
        self.told.append(what)
        seats = [Seat(*ABOUT, what.person)] if isinstance(what, Reported) else []
        yield from append_facts([Fact(key, *ABOUT, what, 0.0)], seats, now=0.0, due=0.0)
        (row,) = yield "SELECT max(seq) AS seq FROM facts", ()
        self.seq = row["seq"]

    def _settle(self, _: str) -> Transaction[None]:
        for row in (yield SEATS, ABOUT):
            if self.chance.random() < 0.7:
                upto = self.chance.choice(
                    [self.seq, self.chance.randint(row["told_seq"], self.seq)]
                )
                yield TELL, (*ABOUT, row["person"], upto)

    def _refuse(self, _: str) -> Transaction[None]:
        for row in (yield SEATS, ABOUT):
            if self.chance.random() < 0.5:
                upto = self.chance.randint(row["told_seq"], self.seq)
                about = (*ABOUT, row["person"])
                yield REFUSE_REPORTS, (*about, "no", row["told_seq"], upto)

    def _again(self) -> What:
        """The same once more, in another spelling."""
        what = self.chance.choice(self.told[-30:])
        if isinstance(what, PeerLeft):
            return replace(what, left_at=self._instant())
        if isinstance(what, SessionEnded):
            return replace(what, ended_at=self._instant())
        return what

    def _what(self) -> What:
        kinds: Sequence[Callable[[], What]] = (
            self._report,
            self._joined,
            self._left,
            self._ended,
            self._active,
            self._roster,
        )
        return self.chance.choices(kinds, weights=(4, 8, 8, 2, 1, 2))[0]()

    def _report(self) -> What:
        return Reported(self._person(), self.chance.random() < 0.6)

    def _joined(self) -> What:
        return PeerJoined(self._person(), self._peer(), self._session(), self._instant())

    def _left(self) -> What:
        return PeerLeft(self._peer(), self._session(), self._instant(), self._instant())

    def _ended(self) -> What:
        empties = self.chance.random() < 0.6
        return SessionEnded(self._session(), "R", empties, self._instant())

    def _active(self) -> What:
        return SessionActive(self.chance.choice([one for one in self.sessions if one]))

    def _roster(self) -> What:
        def some() -> frozenset[tuple[str, PersonId]]:
            count = self.chance.randrange(3)
            return frozenset((self._peer(), self._person()) for _ in range(count))

        upto = max(0, self.seq - self.chance.choice([0, 0, 1, 3, 8]))
        reports = max(0, upto - self.chance.choice([0, 0, 2, 6]))
        return Roster(self._session(), some(), upto, reports, some())

    def _person(self) -> PersonId:
        return self.chance.choice(PEOPLE)

    def _peer(self) -> str:
        return self.chance.choice(self.peers)

    def _session(self) -> str | None:
        return self.chance.choice(self.sessions)

    def _instant(self) -> float | None:
        return self.chance.choice(self.instants)


def all_facts(seat: Seat = SEAT) -> Transaction[list[StoredFact]]:
    """Of its meeting."""
    return [stored_fact(row) for row in (yield ALL, (seat.referral, seat.meeting))]


def read_facts(many: int, at_once: int) -> Transaction[list[StoredFact]]:
    return (yield from needed_facts(*ABOUT, many, at_once))


def seen(person: PersonId, facts: Sequence[StoredFact]) -> dict[str, object]:
    """All that anybody asks of a fold."""
    fold = fold_presence(person, facts)
    return {
        "is_in": fold.is_in,
        "because": fold.because,
        "inside_by": fold.inside_by,
        "open": sorted(one.peer for one in fold.open_connections),
        "sessions": sorted(one for peer in fold.open_connections for one in peer.sessions),
        "unconfirmed": fold.unconfirmed,
        "last_out": fold.last_out,
    }
