"""Webhooks and leaves, as many as a service answers, until it is gone."""

import asyncio
from dataclasses import dataclass, field

import aiohttp

from tests.prove.partner import Mark
from tests.prove.service import Event, post

CALLERS = 8


@dataclass(slots=True)
class Told:
    """The marks that were answered 2xx."""

    marks: set[Mark] = field(default_factory=set)
    something: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, marks: set[Mark]) -> None:
        self.marks |= marks
        self.something.set()


async def load(port: str, round_number: int, told: Told) -> None:
    """Webhooks and leaves until the service answers no more."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        await asyncio.gather(
            *(_calls(client, f"{round_number}-{caller}", told) for caller in range(CALLERS))
        )


async def _calls(client: aiohttp.ClientSession, name: str, told: Told) -> None:
    number = 0
    try:
        while True:
            number += 1
            event = Event(f"enc-{number % 50}", f"m-{name}-{number}")
            if await post(client, event) in {200, 202}:
                told.add(event.marks)
            leave = (f"enc-{number % 50}", f"leave-{name}-{number}", f"doctor-{name}")
            if await _leave(client, leave) in {200, 202}:
                told.add({leave})
    except (aiohttp.ClientError, OSError):
        return


async def _leave(client: aiohttp.ClientSession, mark: Mark) -> int:
    referral, meeting, doctor = mark
    body = {"doctorID": doctor, "referralID": referral, "meetID": meeting}
    async with client.post("/api/update-doctor-meet", json=body) as answer:
        await answer.read()
        return answer.status
