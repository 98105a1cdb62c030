"""Many streams on one process, and a change at one instance that is told at another."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import orjson

from tests.e2e.processes import Running, free_port, running
from tests.prove.memory import resident
from tests.prove.service import READY

REFERRAL = "enc-1001"
STREAM = f"/api/referrals/{REFERRAL}/presence/stream"
DOCTOR = "dra-ana"
PATIENCE = 20.0
FOR_EVER = aiohttp.ClientTimeout(total=None)


@dataclass(frozen=True, slots=True)
class Streams:
    """``slowest`` and ``closed`` are seconds, for a change and a stop to reach all; ``each`` is kB
    of memory a stream; ``idle`` the share of a core while nothing happened."""

    count: int
    slowest: float
    closed: float
    each: float
    idle: float

    def __str__(self) -> str:
        return (
            f"{self.count} streams on one process: {self.each:.0f} kB each, "
            f"{self.idle:.1%} of a core while nothing happens; a change reached all in "
            f"{self.slowest:.2f} s, a stop closed all in {self.closed:.2f} s"
        )


@dataclass(frozen=True, slots=True)
class Instances:
    """Changes made at one of two instances and told on a stream of the other; seconds."""

    changes: int
    slowest: float

    def __str__(self) -> str:
        return (
            f"{self.changes} changes at one of two instances were seen on a stream of the other "
            f"within {self.slowest:.2f} s"
        )


async def streams(database: str, count: int, quiet: float) -> Streams:
    """Nothing happens for ``quiet`` seconds."""
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        service, client = await stack.enter_async_context(serving(database))
        meeting = await start(client)
        await (await client.get("/health/live")).read()
        before = resident(service)
        opened = [await client.get(STREAM) for _ in range(count)]
        await _all_told(opened, meeting)
        each = (resident(service) - before) * 1024 / count
        spent = used(service)
        await asyncio.sleep(quiet)
        idle = (used(service) - spent) / quiet if quiet else 0.0
        began = loop.time()
        await asyncio.gather(report(client, meeting, in_meeting=True), _all_told(opened, DOCTOR))
        slowest = loop.time() - began
        began = loop.time()
        stopping = asyncio.create_task(service.stop())
        said = await asyncio.gather(*(answer.content.read() for answer in opened))
        closed = loop.time() - began
        finished = await stopping
    assert finished.code == 0, finished.errors
    assert {*said} == {b"retry: 2000\r\n\r\n"}, {*said}
    return Streams(count, slowest, closed, each, idle)


async def streams_of_instances(database: str, changes: int) -> Instances:
    loop, slowest = asyncio.get_running_loop(), 0.0
    async with serving(database) as (_, first), serving(database) as (_, second):
        meeting = await start(second)
        async with first.get(STREAM) as stream:
            await _told(stream, meeting)
            for number in range(changes):
                inside = number % 2 == 0
                began = loop.time()
                await report(second, meeting, in_meeting=inside)
                await _told(stream, f'"inMeeting":{str(inside).lower()}')
                slowest = max(slowest, loop.time() - began)
    return Instances(changes, slowest)


@asynccontextmanager
async def serving(database: str) -> AsyncIterator[tuple[Running, aiohttp.ClientSession]]:
    """A service with twins of its own, and a client that waits for ever."""
    port = free_port()
    env = {"PORT": str(port), "DATABASE_URL": database, "LOG_LEVEL": "error"}
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        running("serve", until=READY, **env) as service,
        aiohttp.ClientSession(
            f"http://127.0.0.1:{port}", timeout=FOR_EVER, connector=connector
        ) as client,
    ):
        yield service, client


async def start(client: aiohttp.ClientSession) -> str:
    answer = await client.post("/api/dyte/meeting", json={"titleMeet": REFERRAL})
    return str(orjson.loads(await answer.read())["data"]["id"])


async def report(client: aiohttp.ClientSession, meeting: str, *, in_meeting: bool) -> None:
    path = f"/attendance-service/referrals/{REFERRAL}/meetings/{meeting}/user"
    body = {"inMeeting": in_meeting, "userId": DOCTOR}
    async with client.post(path, json=body) as answer:
        await answer.read()
        assert answer.status in {200, 202}


async def _all_told(streams: Sequence[aiohttp.ClientResponse], word: str) -> None:
    await asyncio.gather(*(_told(stream, word) for stream in streams))


async def _told(stream: aiohttp.ClientResponse, word: str) -> None:
    """Until an event with that word has been read to its end."""
    async with asyncio.timeout(PATIENCE):
        while word.encode() not in await stream.content.readline():
            pass
        assert await stream.content.readline() == b"\r\n"


def used(service: Running) -> float:
    """Seconds of CPU so far, where the system tells (Linux); else 0."""
    told = Path(f"/proc/{service.process.pid}/stat")
    if not told.exists():
        return 0.0
    fields = told.read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
