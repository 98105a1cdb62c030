"""Whatever is sent is answered as the document promises, and the service stays small."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from adapters.callers.api_keys import OPERATOR, entry_of
from tests.documents.blocks import ROOT
from tests.e2e.processes import ended, free_port, running
from tests.prove.documented import KEY, operations
from tests.prove.memory import resident
from tests.prove.service import READY
from tests.prove.sockets import HEALTH, status
from tests.prove.written import checked

AT_ONCE = 4
MOST_GROWTH = 30.0
PATIENCE = 3600.0
"""For one process; ten thousand requests for each of several operations take their time."""

Sent = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Generated:
    """For each operation how many were generated, and how many sent with those picked by hand; none
    was answered against the document."""

    sent: Sent
    growth: float

    @property
    def fewest(self) -> int:
        return min(made for made, _ in self.sent.values())

    def __str__(self) -> str:
        told = ", ".join(f"{name} {sent:,}" for name, (_, sent) in self.sent.items())
        return (
            f"{sum(made for made, _ in self.sent.values()):,} generated requests, and those that "
            f"schemathesis picks by hand: nothing against the document, no 500, "
            f"{self.growth:+.1f} MB; sent: {told}"
        )


async def generated(database: str, examples: int, processes: int) -> Generated:
    """So many for every operation. Memory is compared after a hundredth of them, if any."""
    port = free_port()
    env = {
        "PORT": str(port),
        "DATABASE_URL": database,
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "error",
        "AUTH": "api-key",
        "API_KEYS": entry_of(KEY, "plantao", OPERATOR),
        "SERVICE_CALLS_PER_MINUTE": "1000000",
    }
    names = operations()
    async with running("serve", until=READY, **env) as service:
        if first := examples // 100:
            await ask("known", port, names, first, processes)
        warm = resident(service)
        sent = await ask("known", port, names, examples, processes)
        growth = resident(service) - warm
        assert await status(port, HEALTH) == 200
        finished = await service.stop()
    assert finished.code == 0
    checked(finished.errors)
    assert growth < MOST_GROWTH, growth
    found = Generated({name: sent[name] for name in names}, growth)
    assert found.fewest >= examples, sent
    return found


async def ask(who: str, port: int, names: Sequence[str], examples: int, processes: int) -> Sent:
    """By so many processes, some at once; how many were generated and sent for each operation."""
    room = asyncio.Semaphore(AT_ONCE)

    async def some(names: Sequence[str]) -> Sent:
        async with room:
            return await _ask(who, f"http://127.0.0.1:{port}", names, examples)

    shares = [names[number::processes] for number in range(processes)]
    sent: Sent = {}
    for answered in await asyncio.gather(*(some(share) for share in shares)):
        sent |= answered
    assert set(sent) == set(names)
    return sent


async def _ask(who: str, url: str, names: Sequence[str], examples: int) -> Sent:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.prove.generating", who, url, str(examples), *names),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    finished = await ended(process, PATIENCE)
    assert finished.code == 0, finished.errors
    lines = [orjson.loads(line) for line in finished.output.splitlines()]
    return {name: (made, sent) for name, made, sent in lines}
