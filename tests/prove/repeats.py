"""The same event many times has one effect: at once, with fresh uuids, and at two instances."""

import asyncio

import aiohttp

from tests.e2e.processes import free_port, running
from tests.prove.partner import attendance
from tests.prove.service import READY, Event, environment, serving, signed, until_told


async def repeats(database: str, copies: int) -> str:
    event = Event("enc-1", "m-1")
    async with attendance() as partner, serving(partner, database) as client:
        for wave in range(2):
            statuses = await asyncio.gather(
                *(_post(client, event, f"{wave}-{number}") for number in range(copies))
            )
            assert set(statuses) <= {200, 202}, statuses
        await until_told(partner, event.marks, 20)
        assert sorted(partner.told) == sorted(event.marks), partner.told
    return f"{2 * copies} copies: one pair of updates, no error"


async def two_instances(database: str, events: int) -> str:
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
    return f"{events} events to both of two instances at once: one effect each"


async def _post(client: aiohttp.ClientSession, event: Event, uuid: str, origin: str = "") -> int:
    body = event.body
    url = f"{origin}/api/dyte/webhook"
    async with client.post(url, data=body, headers=signed(body, uuid)) as answer:
        await answer.read()
        return answer.status
