"""Storing alone: one new webhook on disk, claimed, with neither HTTP nor signature."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import quantiles

from adapters.provider.webhook_body import read_event
from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.postgres import PostgresStore
from adapters.storage.sqlite import SqliteStore
from tests.bench.figures import Figure
from tests.bench.turns import AT_ONCE
from tests.prove.service import Event

Accept = Callable[[int], Awaitable[object]]


async def storage(folder: Path, database: str, seconds: float) -> dict[str, Figure]:
    """``database`` is PostgreSQL's."""
    sqlite = await SqliteStore.open(folder / "accepts.db")
    postgres = await PostgresStore.open(database)
    figures: dict[str, Figure] = {}
    for name, store in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        rate, p99 = await _measured(_accepting(StoredDeliveries(store)), seconds)
        key = f"storage.{name.lower()}"
        figures[key] = Figure(f"webhooks stored a second, {name} alone", rate)
        figures[f"{key}.p99"] = Figure(f"p99 of storing one, {name} alone", p99, "ms")
        await store.close()
    return figures


def _accepting(stored: StoredDeliveries) -> Accept:
    body = Event("enc-1", "m-1").body
    event = read_event(body)

    async def accept(number: int) -> None:
        now = time.time()
        await stored.receive(f"accept-{number}", body, event, now=now, due=now + 15)

    return accept


async def _measured(accept: Accept, seconds: float) -> tuple[float, float]:
    latencies: list[float] = []
    numbers = iter(range(10**9))
    ended = time.perf_counter() + seconds

    async def connection() -> None:
        while (started := time.perf_counter()) < ended:
            await accept(next(numbers))
            latencies.append(time.perf_counter() - started)

    await asyncio.gather(*(connection() for _ in range(AT_ONCE)))
    return len(latencies) / seconds, quantiles(latencies, n=100)[98] * 1000
