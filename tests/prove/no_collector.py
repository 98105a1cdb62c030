"""Spans that nobody takes: what that costs requests, the log and the stop."""

import asyncio
import json
import time
from dataclasses import dataclass

import aiohttp

from tests.e2e.processes import free_port, running
from tests.prove.partner import attendance
from tests.prove.service import READY, environment, signed

PAUSE = 0.005
"""Seconds between two requests."""


@dataclass(frozen=True, slots=True)
class NoCollector:
    """``lines`` are those of the log, from warnings on; seconds."""

    requests: int
    slowest: float
    lines: tuple[str, ...]
    stop: float

    def __str__(self) -> str:
        return (
            f"no collector: {self.requests} requests, the slowest {self.slowest * 1000:.0f} ms, "
            f"{len(self.lines)} warnings, stopped in {self.stop:.1f} s"
        )


async def no_collector(database: str, seconds: float) -> NoCollector:
    async with attendance() as partner:
        port = free_port()
        env = environment(partner, database, port)
        env |= {"LOG_FORMAT": "json", "LOG_LEVEL": "warning"}
        env["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1"
        async with (
            running("serve", until=READY, **env) as service,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client,
        ):
            took = await _requests(client, seconds)
            stopping = time.monotonic()
            finished = await service.stop()
            stop = time.monotonic() - stopping
    lines = tuple(json.loads(line)["event"] for line in finished.errors.splitlines())
    return NoCollector(len(took), max(took), lines, stop)


async def _requests(client: aiohttp.ClientSession, seconds: float) -> list[float]:
    took: list[float] = []
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        body = json.dumps({"event": "meeting.chatSynced", "sessionId": f"{len(took)}"}).encode()
        started = time.monotonic()
        async with client.post("/api/dyte/webhook", data=body, headers=signed(body)) as answer:
            assert answer.status == 200, answer.status
        took.append(time.monotonic() - started)
        await asyncio.sleep(PAUSE)
    return took
