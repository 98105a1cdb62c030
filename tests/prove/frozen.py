"""One of two instances is frozen with ten transactions open: the other serves everything."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp
import asyncpg

from tests.e2e.processes import Running, free_port, running
from tests.prove.partner import Mark, attendance
from tests.prove.service import PATIENCE, READY, environment, until_told

OPEN = 10
"""As many transactions as an instance has connections."""
LOCK = "SELECT 1 FROM meetings WHERE meeting LIKE 'locked-%' FOR UPDATE"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
SILENT = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"


@dataclass(frozen=True, slots=True)
class Frozen:
    """The transactions that were open; the slowest of so many leaves of other meetings, in seconds;
    when the last leave of a locked meeting was accepted; and whether the frozen one went on."""

    transactions: int
    others: int
    slowest: float
    unlocked: float
    told: float
    lived: bool

    def __str__(self) -> str:
        went_on = "the frozen one went on" if self.lived else "the frozen one was lost"
        return (
            f"{self.transactions} transactions frozen: {self.others} leaves of other meetings "
            f"answered within {self.slowest:.2f} s, those of the locked ones accepted after "
            f"{self.unlocked:.1f} s, all told {self.told:.1f} s later; then {went_on}"
        )


async def frozen(database: str, others: int) -> Frozen:
    async with attendance() as partner:
        environments = [environment(partner, database, free_port()) for _ in range(2)]
        first, second = (f"http://127.0.0.1:{env['PORT']}" for env in environments)
        connector = aiohttp.TCPConnector(limit=0)
        async with (
            running("serve", until=READY, **environments[0]) as sick,
            running("serve", until=READY, **environments[1]),
            aiohttp.ClientSession(timeout=PATIENCE, connector=connector) as client,
        ):
            locked = [_mark(f"locked-{number}") for number in range(OPEN)]
            for mark in locked:
                assert await _leave(client, second, mark) == 200
            watching = await asyncpg.connect(database)
            held = watching.transaction()
            await held.start()
            await watching.execute(LOCK)
            begun = [asyncio.create_task(_leave(client, first, mark)) for mark in locked]
            await _until(database, WAITING, OPEN)
            with _stopped(sick):
                await held.rollback()
                await _until(database, SILENT, OPEN)
                slowest, unlocked = await asyncio.gather(
                    _others(client, second, others), _accepted(client, second, locked)
                )
                wanted = {_mark(f"free-{number}") for number in range(others)} | set(locked)
                told = await until_told(partner, wanted, 30)
            await asyncio.gather(*begun)
            lived = await _leave(client, first, _mark("afterwards")) in {200, 202}
            await watching.close()
    return Frozen(len(begun), others, slowest, unlocked, told, lived)


@contextmanager
def _stopped(service: Running) -> Iterator[None]:
    service.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        service.process.send_signal(signal.SIGCONT)


async def _until(database: str, question: str, wanted: int) -> None:
    asking = await asyncpg.connect(database)
    async with asyncio.timeout(20):
        while await asking.fetchval(question) < wanted:
            pass
    await asking.close()


async def _others(client: aiohttp.ClientSession, url: str, count: int) -> float:
    """The slowest answer, in seconds. Each is accepted at once."""
    loop, slowest = asyncio.get_running_loop(), 0.0
    for number in range(count):
        began = loop.time()
        status = await _leave(client, url, _mark(f"free-{number}"))
        assert status in {200, 202}, status
        slowest = max(slowest, loop.time() - began)
    return slowest


async def _accepted(client: aiohttp.ClientSession, url: str, marks: list[Mark]) -> float:
    """Seconds until all are, each repeated by whoever was refused."""
    began = asyncio.get_running_loop().time()

    async def one(mark: Mark) -> None:
        while (status := await _leave(client, url, mark)) not in {200, 202}:
            assert status == 503, status
            await asyncio.sleep(0.1)

    await asyncio.gather(*(one(mark) for mark in marks))
    return asyncio.get_running_loop().time() - began


def _mark(meeting: str) -> Mark:
    return "enc-1", meeting, "dra-enc-1"


async def _leave(client: aiohttp.ClientSession, url: str, mark: Mark) -> int:
    referral, meeting, doctor = mark
    body = {"doctorID": doctor, "referralID": referral, "meetID": meeting}
    async with client.post(f"{url}/api/update-doctor-meet", json=body) as answer:
        await answer.read()
        return answer.status
