"""Nothing that comes over a socket makes the service fail, grow, or write what it did not mean."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from entrypoints.app import operations_of
from entrypoints.cli.open_files import allow_open_files
from entrypoints.http.limits import DEFAULT_LIMITS
from entrypoints.settings import Settings
from tests.e2e.processes import free_port, running
from tests.prove.memory import resident
from tests.prove.nasty_requests import nasty_requests
from tests.prove.service import READY
from tests.prove.sockets import HEALTH, connected, crowd, drip, status
from tests.prove.written import checked

AT_ONCE = 16
MOST_GROWTH = 30.0
LATE = 2.0
LOOP = 508  # the only 5xx: the answer to a request that says it is our own
HEAD = b"GET /health/live HTTP/1.1\r\nX: "
BODY = b"POST /api/dyte/webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Nasties:
    """How they were answered (0 is not at all), and what the service wrote and held meanwhile."""

    statuses: Mapping[int, int]
    lines: int
    growth: float
    gave_way: int

    @property
    def sent(self) -> int:
        return sum(self.statuses.values())

    @property
    def failed(self) -> int:
        return sum(count for status, count in self.statuses.items() if _is_failure(status))

    def __str__(self) -> str:
        return (
            f"{self.sent:,} nasty requests: {self.failed} answered by a failure, none of "
            f"{self.lines:,} log lines forged, {self.growth:+.1f} MB; {self.gave_way} idle ones "
            f"of {DEFAULT_LIMITS.connections:,} connections gave way to new ones at once"
        )


@dataclass(frozen=True, slots=True)
class SlowClients:
    """Seconds after which a client that sends a byte a second was cut off."""

    head: float
    body: float

    def __str__(self) -> str:
        return (
            f"a byte a second: a head was cut off after {self.head:.1f} s, "
            f"a body after {self.body:.1f} s"
        )


async def nasties(database: str, each: int | None, *, seed: int = 7) -> Nasties:
    """So many on every route, None for all. Memory is compared after the first of two rounds."""
    allow_open_files()
    dice, port = random.Random(seed), free_port()
    async with running("serve", until=READY, **_environment(database, port)) as service:
        sent = await _round(port, each, dice)
        warm = resident(service)
        sent += await _round(port, each, dice)
        gave_way = await crowd(port, DEFAULT_LIMITS.connections)
        growth = resident(service) - warm
        finished = await service.stop()
    assert finished.code == 0
    assert growth < MOST_GROWTH, growth
    return Nasties(sent, checked(finished.errors), growth, gave_way)


async def slow_clients(database: str) -> SlowClients:
    """While there are nearly as many connections as there may be."""
    allow_open_files()
    port = free_port()
    async with (
        running("serve", until=READY, **_environment(database, port)) as service,
        AsyncExitStack() as stack,
    ):
        for _ in range(DEFAULT_LIMITS.connections - 10):
            await stack.enter_async_context(connected(port))
        (head, _), (body, said) = await asyncio.gather(drip(port, HEAD), drip(port, BODY))
        assert await status(port, HEALTH) == 200
        finished = await service.stop()
    checked(finished.errors)
    assert b" 408 " in said.partition(b"\r\n")[0], said
    assert head < DEFAULT_LIMITS.head + LATE, head
    assert body < DEFAULT_LIMITS.body + DEFAULT_LIMITS.linger + LATE, body
    return SlowClients(head, body)


def _environment(database: str, port: int) -> dict[str, str]:
    return {
        "PORT": str(port),
        "DATABASE_URL": database,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "debug",
    }


def _is_failure(status: int) -> bool:
    return status >= 500 and status != LOOP


async def _round(port: int, each: int | None, dice: random.Random) -> Counter[int]:
    """How often each status came; each is answered or hung up on, and the service lives."""
    operations = operations_of(Settings.model_validate({}))
    requests = itertools.chain.from_iterable(
        nasty_requests(operation, dice)[:each] for operation in operations
    )
    statuses = Counter[int]()

    async def some() -> None:
        for request in requests:
            answered = await status(port, request)
            assert not _is_failure(answered), (answered, request[:2000])
            statuses[answered] += 1

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    assert await status(port, HEALTH) == 200
    return statuses
