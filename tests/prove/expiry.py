"""Old facts expire in a running service, and webhooks go on meanwhile."""

import asyncio
import contextlib
import itertools
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import asyncpg

from adapters.storage.postgres import PostgresStore
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Transaction
from domain.meeting import MeetingId
from domain.presence import Seat
from domain.referral import ReferralId
from tests.prove.cost import ANA, appended, pairs
from tests.prove.partner import attendance
from tests.prove.service import Event, post, serving

OLD_FACTS = "SELECT count(*) FROM facts WHERE referral LIKE 'old-%'"


@dataclass(frozen=True, slots=True)
class Expiry:
    """``waiting`` facts were still there at the first answer. Milliseconds of the slowest and the
    usual webhook until all were gone."""

    facts: int
    waiting: int
    webhooks: int
    longest: float
    usual: float

    def __str__(self) -> str:
        return (
            f"{self.facts} facts expired, {self.waiting} of them after the first answer; "
            f"{self.webhooks} webhooks meanwhile took {self.longest:.0f} ms at most, "
            f"{self.usual:.1f} ms as a rule"
        )


async def expiry(database: str, facts: int, meetings: int) -> Expiry:
    await _fill(database, facts, meetings)
    waits: list[float] = []
    async with attendance() as partner, serving(partner, database) as client:
        waiting = await _old_facts(database)
        for number in itertools.count():
            began = time.perf_counter()
            status = await post(client, Event("young", f"young-{number}"))
            assert status == 200, (number, status, time.perf_counter() - began)
            waits.append(time.perf_counter() - began)
            if number % 20 == 0 and not await _old_facts(database):
                break
    return Expiry(facts, waiting, len(waits), max(waits) * 1000, median(waits) * 1000)


async def _fill(database: str, facts: int, meetings: int) -> None:
    """Joinings and leavings of long ago, all told, in meetings that no sweep has to ask about."""
    store: SqliteStore | PostgresStore
    if database.startswith("sqlite:"):
        store = await SqliteStore.open(Path(database.removeprefix("sqlite:///")))
    else:
        store = await PostgresStore.open(database)
    for number in range(meetings):
        seat = Seat(ReferralId(f"old-{number}"), MeetingId(f"m-{number}"), ANA)
        whats = [what for n in range(facts // meetings // 2) for what in pairs(n, f"p{n}")]
        await store.run(appended(seat, whats, "old"))
    await store.run(_swept())
    await store.close()


def _swept() -> Transaction[None]:
    yield "UPDATE sweeps SET due = NULL", ()


async def _old_facts(database: str) -> int:
    if database.startswith("sqlite:"):
        return await asyncio.to_thread(_old_facts_of_file, database.removeprefix("sqlite:///"))
    connection = await asyncpg.connect(database)
    count: int = await connection.fetchval(OLD_FACTS)
    await connection.close()
    return count


def _old_facts_of_file(file: str) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        (count,) = connection.execute(OLD_FACTS).fetchone()
        return int(count)
