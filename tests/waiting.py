"""Waits that end: what never comes is a failure, and no hang."""

import asyncio
from collections.abc import Iterable

PATIENCE = 10.0
"""Seconds; far longer than whatever is waited for takes, and shorter than pytest's own limit."""


async def until(event: asyncio.Event) -> None:
    """Not by a TimeoutError, which the code under test would take for a deadline of its own."""
    try:
        async with asyncio.timeout(PATIENCE):
            await event.wait()
    except TimeoutError:
        raise AssertionError(f"nothing came within {PATIENCE} s") from None


async def hang() -> None:
    """Until whoever asked gives up."""
    await until(asyncio.Event())


async def all_done(tasks: Iterable[asyncio.Task[None]]) -> None:
    _, pending = await asyncio.wait([*tasks], timeout=PATIENCE)
    assert not pending


def pass_by(loop: asyncio.AbstractEventLoop, seconds: float) -> None:
    """What waits for this loop's clock waits so much less: nobody waits for whoever hangs, and
    nobody gives up before it was reached."""
    clock = loop.time
    loop.time = lambda: clock() + seconds  # type: ignore[method-assign]
