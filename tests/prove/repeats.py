"""The same event many times has one effect: at once, with fresh uuids, and at two instances."""

import asyncio
from dataclasses import dataclass

import aiohttp

from tests.e2e.processes import free_port, running
from tests.prove.partner import attendance
from tests.prove.service import READY, Event, environment, serving, signed, until_told


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many copies were answered 2xx, and how many updates the partner heard."""

    accepted: int
    updates: int

    def __str__(self) -> str:
        return f"{self.accepted} copies, each accepted: {self.updates} updates"


@dataclass(frozen=True, slots=True)
class TwoInstances:
    """How many events each of two instances accepted, and how many updates the partner heard."""

    events: int
    updates: int

    def __str__(self) -> str:
        return f"{self.events} events to both of two instances at once: {self.updates} updates"


async def repeats(database: str, copies: int) -> Repeats:
    event, accepted = Event("enc-1", "m-1"), 0
    async with attendance() as partner, serving(partner, database) as client:
        for wave in range(2):
            statuses = await asyncio.gather(
                *(_post(client, event, f"{wave}-{number}") for number in range(copies))
            )
            assert set(statuses) <= {200, 202}, statuses
            accepted += len(statuses)
        await until_told(partner, event.marks, 20)
        assert sorted(partner.told) == sorted(event.marks), partner.told
    return Repeats(accepted, len(partner.told))


async def two_instances(database: str, events: int) -> TwoInstances:
    async with attendance() as partner:
        ports = (free_port(), free_port())
        first, second = (environment(partner, database, port) for port in ports)
        async with (
            running("serve", until=READY, **first),
            running("serve", until=READY, **second),
            aiohttp.ClientSession() as client,
        ):
            sent = [Event("enc-1", f"m-{number}") for number in range(events)]
            urls = [f"http://127.0.0.1:{port}" for port in ports]
            statuses = await asyncio.gather(
                *(_post(client, event, url, url) for event in sent for url in urls)
            )
            assert set(statuses) <= {200, 202}, statuses
            wanted = set[tuple[str, str, str]]().union(*(event.marks for event in sent))
            await until_told(partner, wanted, 30)
            assert sorted(partner.told) == sorted(wanted)
    return TwoInstances(len(sent), len(partner.told))


async def _post(client: aiohttp.ClientSession, event: Event, uuid: str, origin: str = "") -> int:
    body = event.body
    url = f"{origin}/api/dyte/webhook"
    async with client.post(url, data=body, headers=signed(body, uuid)) as answer:
        await answer.read()
        return answer.status
