"""SIGTERM under load: whoever sends within the drain is answered, also over older connections."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field

import aiohttp

from tests.e2e.processes import Running, free_port, running
from tests.prove.service import PATIENCE, READY

START = "/api/dyte/meeting"
EACH = 0.2
"""Seconds from one request of a client to its next: five a second."""
LAST = 0.01
"""Seconds before the end of the drain at which clients that were idle in it send one request."""


@dataclass(slots=True)
class Draining:
    """``seconds`` is the drain. ``in_drain`` were sent within it, ``failed`` of them in vain;
    ``idle`` is how many clients said nothing in it until its last moment. ``kept`` were answered
    after the first ``stopping`` without ``Connection: close``. ``slowest`` is in seconds."""

    seconds: float
    before: int = 0
    in_drain: int = 0
    idle: int = 0
    failed: list[str] = field(default_factory=list)
    kept: int = 0
    slowest: float = 0.0
    stored: int = 0
    code: int = -1

    @property
    def sent(self) -> int:
        return self.before + self.in_drain

    def __str__(self) -> str:
        return (
            f"SIGTERM after {self.before} requests: {len(self.failed)} failed of {self.in_drain} "
            f"sent in the {self.seconds:g} s of the drain ({self.idle} over connections that "
            f"were idle until its last moment), the slowest {self.slowest:.2f} s, "
            f"exit {self.code}"
        )


async def draining(database: str, a_second: int, seconds: float) -> Draining:
    """So many requests a second, by clients that keep their connections; as long before the signal
    as the drain lasts. As many other clients are idle from before it to its last moment."""
    figures, loop = Draining(seconds), asyncio.get_running_loop()
    busy = round(a_second * EACH)
    async with _serving(database, seconds) as (service, url), AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(_client(url)) for _ in range(2 * busy)]
        load = _Load(figures, loop.time() + seconds, loop.time() + 2 * seconds)
        work = [
            asyncio.create_task(load.go_on(client, EACH * number / busy))
            for number, client in enumerate(clients[:busy])
        ]
        work += [asyncio.create_task(load.send_last(client)) for client in clients[busy:]]
        await asyncio.sleep(load.told - loop.time())
        service.process.send_signal(signal.SIGTERM)
        load.told, load.ends = loop.time(), loop.time() + seconds
        load.signalled.set()
        await _until_stopping(url)
        load.stopping = True
        await asyncio.gather(*work)
        async with asyncio.timeout(PATIENCE.total):
            figures.code = await service.process.wait()
    figures.stored = _stored(database)
    return figures


class _Load:
    def __init__(self, figures: Draining, told: float, ends: float) -> None:
        self.figures = figures
        self.told, self.ends = told, ends
        self.signalled = asyncio.Event()
        self.stopping = False

    async def go_on(self, client: aiohttp.ClientSession, first: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + first
        while due < self.ends - LAST:
            await asyncio.sleep(due - loop.time())
            await self._send(client)
            due += EACH

    async def send_last(self, client: aiohttp.ClientSession) -> None:
        loop = asyncio.get_running_loop()
        await self._send(client)
        await self.signalled.wait()
        await asyncio.sleep(self.ends - LAST - loop.time())
        self.figures.idle += 1
        await self._send(client)

    async def _send(self, client: aiohttp.ClientSession) -> None:
        """A POST, which no client sends again by itself."""
        loop, figures, stopping = asyncio.get_running_loop(), self.figures, self.stopping
        began = loop.time()
        if began < self.told:
            figures.before += 1
        else:
            figures.in_drain += 1
        try:
            async with client.post(START, json={"titleMeet": "enc-1001"}) as answer:
                await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            figures.failed.append(type(error).__name__)
            return
        figures.slowest = max(figures.slowest, loop.time() - began)
        if answer.status != 201:
            figures.failed.append(str(answer.status))
        if stopping and answer.headers.get("Connection") != "close":
            figures.kept += 1


async def _until_stopping(url: str) -> None:
    """Each time over a connection of its own, as a load balancer asks."""
    async with asyncio.timeout(PATIENCE.total):
        while True:
            async with _client(url) as client, client.get("/health/ready") as answer:
                if answer.status == 503:
                    assert (await answer.json())["status"] == "stopping"
                    return


@asynccontextmanager
async def _client(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """With one connection, which it keeps."""
    connector = aiohttp.TCPConnector(limit=1)
    async with aiohttp.ClientSession(url, timeout=PATIENCE, connector=connector) as client:
        yield client


@asynccontextmanager
async def _serving(database: str, seconds: float) -> AsyncIterator[tuple[Running, str]]:
    port = free_port()
    env = {
        "PORT": str(port),
        "DATABASE_URL": database,
        "DRAIN_SECONDS": str(seconds),
        "SERVICE_CALLS_PER_MINUTE": "1000000",
        "LOG_LEVEL": "error",
    }
    async with running("serve", until=READY, **env) as service:
        yield service, f"http://127.0.0.1:{port}"


def _stored(database: str) -> int:
    """The meetings in the file itself: a ``-wal`` file beside it is not read."""
    path = database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM meetings")
    return int(count)
