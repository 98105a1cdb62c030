"""What open views of the console cost while nothing happens, and whether they grow with changes."""

import asyncio
from asyncio import Task
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp

from tests.prove.memory import resident
from tests.prove.streams import REFERRAL, report, serving, start, used

VIEWS = (f"watch/{REFERRAL}", "now", "waiting", "health")
SETTLED = 1.3
"""Seconds after which every view has told what happened."""
WARM = 0.25
"""The share of the changes after which the memory is looked at for the first time: by then caches,
logs and lists are about as full as they get."""


@dataclass(frozen=True, slots=True)
class Console:
    """``idle`` is the share of a core that the views cost more than the service without them;
    ``grown`` is kB from the first look at the memory to the last; ``told`` the events."""

    alone: float
    idle: float
    quiet: float
    changes: int
    told: int
    grown: float

    def __str__(self) -> str:
        return (
            f"all four views of the console open for {self.quiet:g} s while nothing happens: "
            f"{self.idle:.2%} of a core more than the {self.alone:.2%} without them; "
            f"{self.changes} changes, told by {self.told} events, grew the service by "
            f"{self.grown:.0f} kB after the first {WARM:.0%}"
        )


async def console(database: str, quiet: float, changes: int) -> Console:
    """A doctor is in a meeting. Nothing happens for ``quiet`` seconds, without views and then with
    them; then the doctor goes out and in, so often."""
    async with serving(database) as (service, client), AsyncExitStack() as stack:
        meeting = await start(client)
        await report(client, meeting, in_meeting=True)
        await asyncio.sleep(min(quiet, 2.0))
        spent = used(service)
        await asyncio.sleep(quiet)
        alone = used(service) - spent
        views = [await client.get(f"/console/views/{view}") for view in VIEWS]
        reader = _Reader()
        reading = [asyncio.create_task(reader.read(view)) for view in views]
        stack.push_async_callback(_end, views, reading)
        await asyncio.sleep(min(quiet, 2.0))
        spent = used(service)
        await asyncio.sleep(quiet)
        idle = used(service) - spent - alone
        first = 0.0
        for number in range(changes):
            await report(client, meeting, in_meeting=number % 2 == 1)
            if number == int(changes * WARM):
                first = resident(service)
        grown = (resident(service) - first) * 1024
        await asyncio.sleep(SETTLED)
    share = max(quiet, 0.001)
    return Console(alone / share, idle / share, quiet, changes, reader.told, grown)


async def _end(views: Sequence[aiohttp.ClientResponse], reading: Sequence[Task[None]]) -> None:
    for view, task in zip(views, reading, strict=True):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        view.close()


class _Reader:
    """Reads views as a page does: whatever comes, keeping nothing of it."""

    def __init__(self) -> None:
        self.told = 0

    async def read(self, view: aiohttp.ClientResponse) -> None:
        assert view.status == 200
        async for chunk in view.content.iter_any():
            self.told += chunk.count(b"data: ")
