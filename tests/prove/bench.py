"""``make bench``: durable accepts a second and their p99, for both stores; and what asking costs.

An accept is one new webhook in storage, on disk, claimed. The figures are of this machine; compare
them with one another, not with another machine's.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import quantiles

import aiohttp
import uvloop

from adapters.callers.api_keys import ApiKeys, entry_of, read_entries
from adapters.callers.doctor_tokens import DoctorTokens
from adapters.callers.identity_keys import load_signer
from adapters.provider.webhook_body import read_event
from adapters.published_keys import GivenKeys
from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.postgres import PostgresStore
from adapters.storage.sqlite import SqliteStore
from domain.ports.callers import Callers
from tests.databases import postgres
from tests.e2e.processes import EXECUTED
from tests.identity import AUDIENCE, ISSUER, a_token, public_pem
from tests.prove.partner import attendance
from tests.prove.service import Event, post, serving, signed

CONNECTIONS = 32
SECONDS = 5.0

Accept = Callable[[int], Awaitable[None]]


def main() -> None:
    with postgres() as server, tempfile.TemporaryDirectory() as folder:
        uvloop.run(_storage("sqlite", lambda: SqliteStore.open(Path(folder) / "storage.db")))
        uvloop.run(_storage("postgres", lambda: PostgresStore.open(server)))
        uvloop.run(_http("sqlite", f"sqlite:///{folder}/http.db"))
        uvloop.run(_http("postgres", server))
    uvloop.run(_asking())


async def _storage(name: str, opened: Callable[[], Awaitable[SqliteStore | PostgresStore]]) -> None:
    store = await opened()
    stored = StoredDeliveries(store)
    body = Event("enc-1", "m-1").body
    event = read_event(body)

    async def accept(number: int) -> None:
        now = time.time()
        await stored.receive(f"{name}-{number}", body, event, now=now, due=now + 15)

    await _measured(f"storage, {name}", accept)
    await store.close()


async def _http(name: str, database: str) -> None:
    """The whole way: HTTP, signature, storage, and an attendance service that is away (202)."""
    async with attendance() as partner, serving(partner, database, program=EXECUTED) as client:
        partner.mode = "500"
        for number in range(20):
            await post(client, Event("enc-1", f"warm-{number}"))
        prepared = [Event("enc-1", f"m-{number}").body for number in range(int(SECONDS * 3000))]
        headers = [signed(body) for body in prepared]

        async def accept(number: int) -> None:
            await _send(client, prepared[number % len(prepared)], headers[number % len(prepared)])

        await _measured(f"http, {name}", accept)


async def _send(client: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> None:
    async with client.post("/api/dyte/webhook", data=body, headers=headers) as answer:
        assert answer.status == 202, answer.status


async def _asking() -> None:
    """Who calls, once a request: five keys to compare, and a token whose key is known."""
    entries = (entry_of(f"vck_{name}", "portal") for name in range(5))
    signer = GivenKeys(lambda: load_signer(public_pem()))
    ways: dict[str, tuple[Callers, str]] = {
        "key": (ApiKeys(read_entries(",".join(entries))), "vck_4"),
        "token": (
            DoctorTokens(signer, {"RS256"}, ISSUER, AUDIENCE, "sub", time.time),
            a_token(),
        ),
    }
    for name, (callers, credential) in ways.items():
        started, count = time.perf_counter(), 0
        while (spent := time.perf_counter() - started) < 1:
            await callers.identify(credential)
            count += 1
        print(f"asked by {name:8} {spent / count * 1e6:6.1f} us a call", flush=True)


async def _measured(name: str, accept: Accept) -> None:
    latencies: list[float] = []
    numbers = iter(range(10**9))
    ended = time.perf_counter() + SECONDS

    async def connection() -> None:
        while (started := time.perf_counter()) < ended:
            await accept(next(numbers))
            latencies.append(time.perf_counter() - started)

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    p99 = quantiles(latencies, n=100)[98] * 1000
    rate = len(latencies) / SECONDS
    print(f"{name:16} {rate:8,.0f} durable accepts a second, p99 {p99:.1f} ms", flush=True)


if __name__ == "__main__":
    main()
