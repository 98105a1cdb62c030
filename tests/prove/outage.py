"""The attendance service is away: webhooks are answered, and applied when it is back."""

import asyncio
from dataclasses import dataclass

import aiohttp

from tests.prove.partner import attendance
from tests.prove.service import Event, post, serving, until_told


@dataclass(frozen=True, slots=True)
class Backlog:
    """Seconds to store so many events in an outage, to drain them, and the slowest of so many new
    answers meanwhile."""

    events: int
    stored: float
    drained: float
    meanwhile: int
    slowest: float

    def __str__(self) -> str:
        return (
            f"{self.events:,} events stored in {self.stored:.0f} s of outage, drained in "
            f"{self.drained:.0f} s, {self.meanwhile} new ones meanwhile answered within "
            f"{self.slowest:.2f} s"
        )


async def backlog(database: str, events: int) -> Backlog:
    async with attendance() as partner, serving(partner, database) as client:
        partner.mode = "500"
        sent = [Event(f"enc-{number % 500}", f"m-{number}") for number in range(events)]
        loop = asyncio.get_running_loop()
        started = loop.time()
        await _pour(client, sent)
        stored = loop.time() - started
        partner.mode = "up"
        wanted = set[tuple[str, str, str]]().union(*(event.marks for event in sent))
        draining = asyncio.create_task(until_told(partner, wanted, 300))
        slowest, number = 0.0, 0
        while not draining.done():
            number += 1
            slowest = max(slowest, await _timed(client, Event("enc-new", f"new-{number}")))
            await asyncio.sleep(0.1)
        return Backlog(len(sent), stored, await draining, number, slowest)


async def _pour(client: aiohttp.ClientSession, events: list[Event], at_once: int = 32) -> None:
    waiting = iter(events)

    async def some() -> None:
        for event in waiting:
            assert await post(client, event) == 202

    await asyncio.gather(*(some() for _ in range(at_once)))


async def _timed(client: aiohttp.ClientSession, event: Event) -> float:
    loop = asyncio.get_running_loop()
    started = loop.time()
    status = await post(client, event)
    assert status in {200, 202}, status
    return loop.time() - started
