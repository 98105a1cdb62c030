"""What a push costs with a long history."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.storage.append_facts import append_facts
from adapters.storage.presence import StoredPresence
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Transaction
from domain.facts import Fact, PeerJoined, PeerLeft, Reported, Roster, SessionEnded, What
from domain.meeting import MeetingId, PersonId
from domain.presence import Seat, is_in
from domain.referral import ReferralId

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")
SEAT = Seat(ReferralId("enc-1"), MeetingId("m-1"), ANA)
INSIDE: Sequence[What] = (PeerJoined(BRUNO, "b", "s", 0.5), Reported(BRUNO, in_meeting=True))
SAMPLE = 64  # pushes, so that weighing is part of the mean


def pairs(number: int, peer: str) -> Sequence[What]:
    joined = float(number + 1)
    return PeerJoined(ANA, peer, "s", joined), PeerLeft(peer, "s", joined, joined + 0.5)


def _mixed(number: int) -> Sequence[What]:
    told = (*pairs(number, f"p{number}"), Reported(ANA, in_meeting=True))
    listed = frozenset({("b", BRUNO)})
    return (*told, Roster("s", listed, 4 * number, 4 * number)) if number % 20 == 0 else told


MIXES: dict[str, Callable[[int], Sequence[What]]] = {
    "reports": lambda number: [Reported(ANA, in_meeting=number % 2 == 0)],
    "reports in": lambda _: [Reported(ANA, in_meeting=True)],
    "new connections": lambda number: pairs(number, f"p{number}"),
    "one connection": lambda number: pairs(number, "p"),
    "ends": lambda _: [SessionEnded(None, "ALL_PARTICIPANTS_LEFT", empties=True)],
    "mixed": _mixed,
}


@dataclass(frozen=True, slots=True)
class Push:
    """Milliseconds of processor time for reading and folding, at few and at many facts."""

    mix: str
    few: float
    many: float

    def __str__(self) -> str:
        return f"{self.mix}: {self.few:.2f} ms, {self.many:.2f} ms"


async def push(folder: Path, mix: str, count: int) -> Push:
    """Somebody else sits inside all the while."""
    store = await SqliteStore.open(folder / f"{mix}.db")
    presence, added, few = StoredPresence(store), 0, 0.0
    costs: list[float] = []
    whats = _whats(MIXES[mix])
    while added < count:
        costs = []
        for _ in range(SAMPLE):
            await store.run(appended(SEAT, [next(whats)], f"{added}"))
            added += 1
            began = time.process_time()
            is_in(ANA, await presence.of_seat(SEAT))
            costs.append(time.process_time() - began)
        few = few or (sum(costs) / SAMPLE if added > 100 else 0.0)
    await store.close()
    return Push(mix, few * 1000, sum(costs) / SAMPLE * 1000)


def _whats(mix: Callable[[int], Sequence[What]]) -> Iterator[What]:
    yield from INSIDE
    number = 0
    while True:
        yield from mix(number)
        number += 1


def appended(seat: Seat, whats: Sequence[What], key: str) -> Transaction[None]:
    about = (seat.referral, seat.meeting)
    facts = [Fact(f"{about}:{key}:{n}", *about, what, 0.0) for n, what in enumerate(whats)]
    named = [Seat(*about, what.person) for what in whats if isinstance(what, Reported)]
    yield from append_facts(facts, named, now=0.0, due=0.0)
    yield "UPDATE seats SET told_seq = seq, due = NULL", ()
