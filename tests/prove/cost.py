"""What a push costs with a long history, and whether expiry holds a webhook up."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from adapters.storage.append_facts import append_facts
from adapters.storage.presence import StoredPresence
from adapters.storage.retention import StoredRetention
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Transaction
from application.prune import Prune
from domain.facts import Fact, PeerJoined, PeerLeft, Reported, Roster, SessionEnded, What
from domain.meeting import MeetingId, PersonId
from domain.presence import Seat, is_in
from domain.referral import ReferralId

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")
SEAT = Seat(ReferralId("enc-1"), MeetingId("m-1"), ANA)
INSIDE: Sequence[What] = (PeerJoined(BRUNO, "b", "s", 0.5), Reported(BRUNO, in_meeting=True))
SAMPLE = 64  # pushes, so that weighing is part of the mean


def _pairs(number: int, peer: str) -> Sequence[What]:
    joined = float(number + 1)
    return PeerJoined(ANA, peer, "s", joined), PeerLeft(peer, "s", joined, joined + 0.5)


def _mixed(number: int) -> Sequence[What]:
    told = (*_pairs(number, f"p{number}"), Reported(ANA, in_meeting=True))
    listed = frozenset({("b", BRUNO)})
    return (*told, Roster("s", listed, 4 * number, 4 * number)) if number % 20 == 0 else told


MIXES: dict[str, Callable[[int], Sequence[What]]] = {
    "reports": lambda number: [Reported(ANA, in_meeting=number % 2 == 0)],
    "reports in": lambda _: [Reported(ANA, in_meeting=True)],
    "new connections": lambda number: _pairs(number, f"p{number}"),
    "one connection": lambda number: _pairs(number, "p"),
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
            await store.run(_appended(SEAT, [next(whats)], f"{added}"))
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


def _appended(seat: Seat, whats: Sequence[What], key: str) -> Transaction[None]:
    about = (seat.referral, seat.meeting)
    facts = [Fact(f"{about}:{key}:{n}", *about, what, 0.0) for n, what in enumerate(whats)]
    named = [Seat(*about, what.person) for what in whats if isinstance(what, Reported)]
    yield from append_facts(facts, named, now=0.0, due=0.0)
    yield "UPDATE seats SET told_seq = seq, due = NULL", ()


@dataclass(frozen=True, slots=True)
class Expiry:
    """The longest and the usual wait, in milliseconds, of a write while so many facts went."""

    facts: int
    longest: float
    usual: float

    def __str__(self) -> str:
        return f"{self.facts} facts expired; a write waited {self.longest:.0f} ms at most, " + (
            f"{self.usual:.1f} ms as a rule"
        )


async def expiry(folder: Path, facts: int, meetings: int) -> Expiry:
    store = await SqliteStore.open(folder / "expiry.db")
    for number in range(meetings):
        seat = Seat(ReferralId(f"old-{number}"), MeetingId(f"m-{number}"), ANA)
        whats = [what for n in range(facts // meetings // 2) for what in _pairs(n, f"p{n}")]
        await store.run(_appended(seat, whats, "old"))
    prune = Prune(StoredRetention(store), lambda: 1e9, lambda: asyncio.sleep(0.02))
    running, waits = asyncio.create_task(prune()), [0.0]
    young = Seat(ReferralId("young"), MeetingId("young"), ANA)
    while not running.done():
        began = time.perf_counter()
        key = f"{len(waits)}"
        fact = Fact(key, young.referral, young.meeting, Reported(ANA, in_meeting=True), 1e9)
        await store.run(append_facts([fact], [young], now=1e9, due=1e9))
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(0.005)
    await running
    await store.close()
    return Expiry(facts, max(waits) * 1000, median(waits) * 1000)
