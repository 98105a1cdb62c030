"""Killed at random moments under load and started again: what was answered 2xx is applied."""

import asyncio
import json
import random
from dataclasses import dataclass, field

import aiohttp

from tests.e2e.processes import free_port, run, running
from tests.prove.partner import Mark, attendance
from tests.prove.service import READY, Event, environment, post, until_told
from tests.waiting import until

CALLERS = 8


@dataclass(frozen=True, slots=True)
class Kills:
    """How many marks were answered 2xx before the kills, how many were applied after them, and how
    many were given up."""

    times: int
    answered: int
    applied: int
    given_up: int

    def __str__(self) -> str:
        return (
            f"{self.times} kills: {self.answered} answered marks, {self.applied} of them applied, "
            f"{self.given_up} given up"
        )


@dataclass(slots=True)
class Told:
    """The marks that were answered 2xx."""

    marks: set[Mark] = field(default_factory=set)
    something: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, marks: set[Mark]) -> None:
        self.marks |= marks
        self.something.set()


async def kills(
    database: str,
    times: int,
    *,
    seed: int = 7,
    partner_timeout: float = 5.0,
    outage: bool = False,
) -> Kills:
    """In an ``outage`` the attendance service hangs until the last kill is over; then a process
    lives longer, because calls are answered only once they have been given up."""
    chance = random.Random(seed)
    told = Told()
    acknowledged = told.marks
    shortest, longest = (0.5, 3.0) if outage else (0.05, 0.6)
    async with attendance() as partner:
        partner.mode = "slow" if outage else "up"
        env = environment(partner, database, free_port(), partner_timeout)
        for round_number in range(times):
            async with running("serve", until=READY, **env) as service:
                calls = asyncio.create_task(load(env["PORT"], round_number, told))
                if round_number == times - 1:
                    await until(told.something)  # a slow machine may not have answered so far
                await asyncio.sleep(chance.uniform(shortest, longest))
                await service.kill()
                await calls
        partner.mode = "up"
        async with running("serve", until=READY, **env):
            lease = 2 * partner_timeout + 5
            await until_told(partner, acknowledged, lease + (300 if outage else 45))
        given_up = await _given_up(env)
    assert given_up == 0
    applied = {mark for mark in acknowledged if partner.marks[mark] is False}
    return Kills(times, len(acknowledged), len(applied), given_up)


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


async def _given_up(env: dict[str, str]) -> int:
    rows: list[dict[str, object]] = []
    for kind in ("--dead", "--updates"):
        listed = await run("inbox", "list", kind, "--json", **env)
        assert listed.code == 0, listed.errors
        rows += [json.loads(line) for line in listed.output.splitlines()]
    return sum(row["due"] is None for row in rows)
