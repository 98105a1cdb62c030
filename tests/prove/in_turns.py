"""What measuring and tracing cost a request: webhooks a second with it and without, in turns."""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import aiohttp
import orjson
from aiohttp.test_utils import TestServer

from tests.collector import Collector
from tests.e2e.processes import EXECUTED, Running, free_port, running
from tests.prove.partner import attendance
from tests.prove.service import READY, environment, signed

AT_ONCE = 16
UNMEASURED = (sys.executable, "-m", "tests.prove.unmeasured")
UNTRACED = (sys.executable, "-m", "tests.prove.untraced")

Signed = tuple[bytes, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of ``what``. Webhooks a second, and microseconds of processor time for each: medians of the
    turns. ``slower`` and ``dearer`` are medians of what the two differ by in one turn."""

    what: str
    rate: float
    rate_without: float
    processor: float
    processor_without: float
    slower: float
    dearer: float

    def __str__(self) -> str:
        return (
            f"{self.what}: {self.rate:,.0f} webhooks a second, {self.rate_without:,.0f} without "
            f"({-self.slower:+.1%}); {self.processor:.0f} us of processor time each, "
            f"{self.processor_without:.0f} us without ({self.dearer:+.1%})"
        )


@dataclass(frozen=True, slots=True)
class Variant:
    """A service: the program that serves, and what its environment has beside the usual."""

    program: Sequence[str] = EXECUTED
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """A second's requests, and processor time for each in microseconds."""

    rate: float
    processor: float


async def metrics_cost(database: str, turns: int, requests: int) -> Cost:
    plain = Variant()
    return await _cost("metrics", plain, Variant(UNMEASURED), database, turns, requests)


async def traces_cost(database: str, turns: int, requests: int) -> tuple[Cost, Cost]:
    """Of traces that are only sent on, and of exporting each of their spans besides."""
    plain, none = Variant(), Variant(UNTRACED)
    sent_on = await _cost("traces", plain, none, f"{database}.1", turns, requests)
    async with TestServer(Collector().app()) as collector:
        exported = Variant(env={"OTEL_EXPORTER_OTLP_ENDPOINT": str(collector.make_url("/"))})
        spans = await _cost("spans", exported, plain, f"{database}.2", turns, requests)
    return sent_on, spans


async def _cost(
    what: str, one: Variant, other: Variant, database: str, turns: int, requests: int
) -> Cost:
    """Each turn sends the same to the one, then to the other; the next the other way round."""
    async with attendance() as partner:
        ports = free_port(), free_port()
        envs = [
            {**environment(partner, f"{database}.{port}", port), **variant.env}
            for port, variant in zip(ports, (one, other), strict=True)
        ]
        async with (
            running("serve", until=READY, program=one.program, **envs[0]) as with_it,
            running("serve", until=READY, program=other.program, **envs[1]) as without,
        ):
            services = list(zip((with_it, without), ports, strict=True))
            pairs = [await _pair(services, turn, requests) for turn in range(turns + 1)]
    pairs = pairs[1:]  # the first warms them up
    return Cost(
        what,
        median(one.rate for one, _ in pairs),
        median(other.rate for _, other in pairs),
        median(one.processor for one, _ in pairs),
        median(other.processor for _, other in pairs),
        median(other.rate / one.rate - 1 for one, other in pairs),
        median(one.processor / other.processor - 1 for one, other in pairs),
    )


async def _pair(
    services: Sequence[tuple[Running, int]], turn: int, requests: int
) -> tuple[Turn, Turn]:
    """With it and without."""
    bodies = [
        orjson.dumps({"event": "meeting.chatSynced", "sessionId": f"{turn}-{number}"})
        for number in range(requests)
    ]
    prepared = [(body, signed(body)) for body in bodies]
    found = [await _turn(*one, prepared) for one in services[:: -1 if turn % 2 else 1]]
    one, other = found[:: -1 if turn % 2 else 1]
    return one, other


async def _turn(service: Running, port: int, prepared: Sequence[Signed]) -> Turn:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        before, started = _processor(service.process.pid), time.perf_counter()
        await _send(client, prepared)
        spent, took = _processor(service.process.pid) - before, time.perf_counter() - started
    return Turn(len(prepared) / took, spent / len(prepared) * 1e6)


async def _send(client: aiohttp.ClientSession, prepared: Sequence[Signed]) -> None:
    waiting = iter(prepared)

    async def some() -> None:
        for body, headers in waiting:
            async with client.post("/api/dyte/webhook", data=body, headers=headers) as answer:
                assert answer.status == 200, answer.status

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


def _processor(pid: int) -> float:
    """Seconds for which the threads of a process ran."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9
