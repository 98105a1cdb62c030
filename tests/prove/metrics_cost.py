"""What measuring costs a request: webhooks a second with it and without, in turns."""

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import aiohttp
import orjson

from tests.e2e.processes import Running, free_port, running
from tests.prove.partner import attendance
from tests.prove.service import READY, environment, signed

AT_ONCE = 16
UNMEASURED = (sys.executable, "-m", "tests.prove.unmeasured")


@dataclass(frozen=True, slots=True)
class MetricsCost:
    """Webhooks a second, and microseconds of processor time for each: medians of the turns."""

    with_metrics: float
    without: float
    processor: float
    processor_without: float

    @property
    def dearer(self) -> float:
        """By which part of the processor time."""
        return self.processor / self.processor_without - 1

    def __str__(self) -> str:
        return (
            f"{self.with_metrics:,.0f} webhooks a second, {self.without:,.0f} without metrics; "
            f"{self.processor:.0f} us of processor time each, {self.processor_without:.0f} us "
            f"without: {self.dearer:+.1%}"
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """A second's requests, and processor time for each in microseconds."""

    rate: float
    processor: float


async def metrics_cost(database: str, turns: int, requests: int) -> MetricsCost:
    """Each turn sends so many to the one, then to the other; the next the other way round."""
    async with attendance() as partner:
        ports = free_port(), free_port()
        envs = [environment(partner, f"{database}.{port}", port) for port in ports]
        async with (
            running("serve", until=READY, **envs[0]) as measured,
            running("serve", until=READY, program=UNMEASURED, **envs[1]) as unmeasured,
        ):
            both = list(zip((measured, unmeasured), ports, strict=True))
            found: dict[Running, list[Turn]] = {measured: [], unmeasured: []}
            for turn in range(turns + 1):
                for service, port in both[:: 1 if turn % 2 else -1]:
                    found[service].append(await _turn(service, port, turn, requests))
    # The first turn warms them up.
    with_it, without = found[measured][1:], found[unmeasured][1:]
    return MetricsCost(
        median(turn.rate for turn in with_it),
        median(turn.rate for turn in without),
        median(turn.processor for turn in with_it),
        median(turn.processor for turn in without),
    )


async def _turn(service: Running, port: int, turn: int, requests: int) -> Turn:
    bodies = [
        orjson.dumps({"event": "meeting.chatSynced", "sessionId": f"{turn}-{number}"})
        for number in range(requests)
    ]
    prepared = [(body, signed(body)) for body in bodies]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        before, started = _processor(service.process.pid), time.perf_counter()
        await _send(client, prepared)
        spent, took = _processor(service.process.pid) - before, time.perf_counter() - started
    return Turn(requests / took, spent / requests * 1e6)


async def _send(
    client: aiohttp.ClientSession, prepared: Sequence[tuple[bytes, dict[str, str]]]
) -> None:
    waiting = iter(prepared)

    async def some() -> None:
        for body, headers in waiting:
            async with client.post("/api/dyte/webhook", data=body, headers=headers) as answer:
                assert answer.status == 200, answer.status

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


def _processor(pid: int) -> float:
    """Seconds of processor time that a process has used (proc(5): fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
