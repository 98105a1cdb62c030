"""Another process keeps the SQLite file locked: answers keep their time, memory does not grow."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass

import aiohttp

from tests.e2e.processes import Running, free_port, running
from tests.prove.memory import resident
from tests.prove.partner import Partner, attendance
from tests.prove.service import PATIENCE, READY, Event, environment, post

PACE = 0.2
SPREAD = 0.4
WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Locked:
    """The slowest answer of each kind, in seconds, of so many; the memory before and at its
    highest, in MB; and how many webhooks were stored of those that were answered with an error."""

    seconds: float
    answers: int
    slowest: dict[str, float]
    unready: bool
    before: float
    highest: float
    refused: int
    for_nobody: int
    lines: int

    def __str__(self) -> str:
        slowest = ", ".join(f"{kind} {seconds:.2f} s" for kind, seconds in self.slowest.items())
        return (
            f"locked for {self.seconds:.0f} s: {self.answers:,} answers, the slowest {slowest}; "
            f"memory {self.before:.0f} MB before, {self.highest:.0f} MB at most; "
            f"{self.for_nobody} of {self.refused:,} refused webhooks stored; {self.lines} line"
        )


async def locked(database: str, seconds: float, callers: int) -> Locked:
    """All kinds of calls by so many callers, until the lock has ended."""
    async with attendance() as partner, _serving(partner, database) as (service, client):
        assert await post(client, Event("enc-1", "m-warm")) in {200, 202}
        load = _Load(client)
        before = highest = resident(service)
        unready = False
        with _held(database):
            work = [asyncio.create_task(load.go_on(number, callers)) for number in range(callers)]
            ends = asyncio.get_running_loop().time() + seconds
            while asyncio.get_running_loop().time() < ends:
                await asyncio.sleep(PACE)
                highest = max(highest, resident(service))
                unready = unready or await _status(client, "/health/ready") == 503
        load.ends = True
        await asyncio.gather(*work)
        async with asyncio.timeout(20):
            while await _status(client, "/health/ready") != 200:
                pass
        stored = _stored(database)
        lines = service.errors.count('"storage.unavailable"')
    return Locked(
        seconds,
        load.answers,
        load.slowest,
        unready,
        before,
        highest,
        len(load.refused),
        len(stored & load.refused),
        lines,
    )


class _Load:
    """Callers, each of which makes one call after the other."""

    def __init__(self, client: aiohttp.ClientSession) -> None:
        self.client = client
        self.ends = False
        self.answers = 0
        self.slowest: dict[str, float] = {}
        self.refused: set[str] = set()

    async def go_on(self, number: int, callers: int) -> None:
        """They begin one after the other, so that not all are answered at the same moment."""
        await asyncio.sleep(SPREAD * number / callers)
        kinds: list[tuple[str, Callable[[str], Awaitable[int]]]] = [
            (WEBHOOK, self._webhook),
            ("leave", self._leave),
            ("start", self._start),
            ("report", self._report),
        ]
        kind, call = kinds[number % len(kinds)]
        loop, turn = asyncio.get_running_loop(), 0
        while not self.ends:
            turn += 1
            meeting = f"m-{number}-{turn}"
            began = loop.time()
            status = await call(meeting)
            self.slowest[kind] = max(self.slowest.get(kind, 0.0), loop.time() - began)
            self.answers += 1
            assert status in {200, 201, 202, 503}, (kind, status)
            if status == 503:
                if kind == WEBHOOK:
                    self.refused.add(meeting)
                await asyncio.sleep(PACE / 4)

    async def _webhook(self, meeting: str) -> int:
        return await post(self.client, Event("enc-1", meeting))

    async def _leave(self, meeting: str) -> int:
        body = {"doctorID": "dra-enc-1", "referralID": "enc-1", "meetID": meeting}
        return await _post(self.client, "/api/update-doctor-meet", body)

    async def _start(self, meeting: str) -> int:
        body, key = {"titleMeet": "enc-1"}, {"Idempotency-Key": meeting}
        return await _post(self.client, "/api/dyte/meeting", body, key)

    async def _report(self, meeting: str) -> int:
        path = f"/attendance-service/referrals/enc-1/meetings/{meeting}/user"
        return await _post(self.client, path, {"inMeeting": True, "userId": "dra-enc-1"})


@asynccontextmanager
async def _serving(
    partner: Partner, database: str
) -> AsyncIterator[tuple[Running, aiohttp.ClientSession]]:
    port = free_port()
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        running("serve", until=READY, **environment(partner, database, port)) as service,
        aiohttp.ClientSession(
            f"http://127.0.0.1:{port}", timeout=PATIENCE, connector=connector
        ) as client,
    ):
        yield service, client


@contextmanager
def _held(database: str) -> Iterator[None]:
    with closing(_connected(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def _stored(database: str) -> set[str]:
    with closing(_connected(database)) as other:
        return {meeting for (meeting,) in other.execute("SELECT meeting FROM deliveries")}


def _connected(database: str) -> sqlite3.Connection:
    return sqlite3.connect(database.removeprefix("sqlite:///"), timeout=60, isolation_level=None)


async def _post(
    client: aiohttp.ClientSession, path: str, body: object, headers: dict[str, str] | None = None
) -> int:
    async with client.post(path, json=body, headers=headers) as answer:
        await answer.read()
        return answer.status


async def _status(client: aiohttp.ClientSession, path: str) -> int:
    async with client.get(path) as answer:
        await answer.read()
        return answer.status
