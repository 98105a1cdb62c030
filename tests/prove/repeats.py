"""The same event many times has one effect: at once, and with fresh uuids."""

import asyncio
from dataclasses import dataclass

import aiohttp

from tests.prove.partner import attendance
from tests.prove.service import Event, serving, signed, until_told


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many copies were answered 2xx, and how many updates the partner heard."""

    accepted: int
    updates: int

    def __str__(self) -> str:
        return f"{self.accepted} copies, each accepted: {self.updates} updates"


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


async def _post(client: aiohttp.ClientSession, event: Event, uuid: str) -> int:
    body = event.body
    async with client.post("/api/dyte/webhook", data=body, headers=signed(body, uuid)) as answer:
        await answer.read()
        return answer.status
