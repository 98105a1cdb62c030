"""A fifth of the referrals fails at the attendance service: the others are told at once."""

import asyncio
from dataclasses import dataclass

import aiohttp

from tests.prove.partner import Mark, Partner, attendance
from tests.prove.service import serving

SICKNESSES = ("slow", "500", "429")
PACE = 0.03  # seconds between two leaves


@dataclass(frozen=True, slots=True)
class SickShard:
    """Seconds until healthy leaves were told, the 95th percentile and the longest, over so
    many."""

    sickness: str
    healthy: int
    usual: float
    longest: float

    def __str__(self) -> str:
        return (
            f"{self.sickness}: {self.healthy} healthy leaves told within {self.usual:.2f} s at the "
            f"95th percentile, the last after {self.longest:.2f} s"
        )


async def sick_shard(database: str, sickness: str, referrals: int = 300) -> SickShard:
    """Each referral is left twice: when nothing is known of the sick ones, and when they failed;
    then the sick ones come first, one after the other."""
    async with attendance() as partner, serving(partner, database) as client:
        partner.sick = sickness
        first, again = ([_leave(number, turn) for number in range(referrals)] for turn in (1, 2))
        leaves = [*first, *sorted(again)]
        told = []
        async with asyncio.TaskGroup() as group:
            for leave in leaves:
                told.append(group.create_task(_told(client, partner, leave)))
                await asyncio.sleep(PACE)
    waits = sorted(wait for task in told if (wait := task.result()) is not None)
    usual = waits[len(waits) * 95 // 100]
    return SickShard(sickness, len(waits), usual, waits[-1])


def _leave(number: int, turn: int) -> Mark:
    kind = "well" if number % 5 else "sick"
    return f"{kind}-{number}", f"m-{number}-{turn}", f"dra-{kind}-{number}"


async def _told(client: aiohttp.ClientSession, partner: Partner, leave: Mark) -> float | None:
    """Seconds until the attendance service has it; None for a sick one."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    referral, meeting, doctor = leave
    body = {"doctorID": doctor, "referralID": referral, "meetID": meeting}
    async with client.post("/api/update-doctor-meet", json=body) as answer:
        assert answer.status in {200, 202}, answer.status
    if referral.startswith("sick"):
        return None
    async with asyncio.timeout(60):
        await partner.told_all({leave})
    return loop.time() - began
