"""The same requests to each server in turns: whatever else the machine does falls on all."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.kinds import Kind
from tests.bench.load import Load, load
from tests.bench.partners import Partners
from tests.bench.started import Started

WARM_UP = 100
SETTLING = 0.1
"""Seconds until a server has done what it does after the last answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Requests a second until the last is answered and told, milliseconds, and microseconds of the
    whole process's processor time for each request."""

    rate: float
    p50: float
    p99: float
    processor: float


@dataclass(frozen=True, slots=True)
class Turns:
    """All turns of one server with one kind of request; ``memory`` is in MB, after the last."""

    turns: Sequence[Turn]
    memory: float

    @property
    def rate(self) -> float:
        return median(turn.rate for turn in self.turns)

    @property
    def p50(self) -> float:
        return median(turn.p50 for turn in self.turns)

    @property
    def p99(self) -> float:
        return median(turn.p99 for turn in self.turns)

    @property
    def processor(self) -> float:
        return median(turn.processor for turn in self.turns)

    @property
    def least(self) -> float:
        """The processor time of the turn that others disturbed least."""
        return min(turn.processor for turn in self.turns)


async def in_turns(
    servers: Mapping[str, Started],
    partners: Partners,
    kind: Kind,
    first: int,
    turns: int,
    a_turn: int,
    connections: int = 32,
) -> dict[str, Turns]:
    """The requests are numbered from ``first`` on; nobody gets one twice."""
    found: dict[str, list[Turn]] = {name: [] for name in servers}
    warm = kind.requests(first, WARM_UP)
    for server in servers.values():
        await one_turn(server, partners, kind, warm, connections)
    first += WARM_UP
    for turn in range(turns):
        requests = kind.requests(first + turn * a_turn, a_turn)
        for name in list(servers)[:: -1 if turn % 2 else 1]:
            found[name].append(await one_turn(servers[name], partners, kind, requests, connections))
    return {name: Turns(found[name], servers[name].memory()) for name in servers}


async def one_turn(
    server: Started, partners: Partners, kind: Kind, requests: Sequence[bytes], connections: int
) -> Turn:
    loop = asyncio.get_running_loop()
    before, told, began = server.processor(), await partners.told(), loop.time()
    answered: Load = await load(server.port, requests, {kind.status}, connections)
    if kind.told:
        await partners.until_told(told + kind.told * len(requests))
    took = loop.time() - began
    await asyncio.sleep(SETTLING)
    spent = server.processor() - before
    return Turn(len(requests) / took, answered.p50, answered.p99, spent / len(requests) * 1e6)
