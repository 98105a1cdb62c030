"""The same requests to each server in turns: whatever else the machine does falls on all."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.kinds import Kind
from tests.bench.load import Load, load
from tests.bench.partners import Partners
from tests.bench.started import Started

WARM_UP = 100
"""Requests before the first turn."""
TURNS = 3
"""Of each server, where nothing else is said."""
AT_ONCE = 32
"""Connections, where nothing else is said."""
LONGEST = 1.0
"""Seconds after which a turn ends, however many requests are left: some servers are slow."""
SETTLING = 0.05
"""Seconds until a server has done what it does after the last answer."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Requests a second until the last is answered and told, milliseconds, and microseconds of
    processor time of the whole process for each request."""

    rate: float
    p50: float
    p99: float
    processor: float
    answered: int


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


@dataclass(slots=True)
class Numbers:
    """Makes requests, each about the meeting of another number. No turn has more than ``most``."""

    most: int = sys.maxsize
    next: int = 1

    def requests(self, kind: Kind, count: int) -> Sequence[bytes]:
        first, self.next = self.next, self.next + count
        return kind.requests(first, count)

    def a_turn(self, kind: Kind) -> Sequence[bytes]:
        return self.requests(kind, min(kind.a_turn, self.most))

    def warm_up(self, kind: Kind) -> Sequence[bytes]:
        """What is sent before the first turn; no more than a turn has."""
        return self.requests(kind, min(kind.a_turn, self.most, WARM_UP))


async def in_turns(
    servers: Mapping[str, Started],
    partners: Partners,
    kind: Kind,
    numbers: Numbers,
    turns: int = TURNS,
    connections: int = AT_ONCE,
) -> dict[str, Turns]:
    """``turns`` of each server, after a few requests that are not measured."""
    found: dict[str, list[Turn]] = {name: [] for name in servers}
    warm = numbers.warm_up(kind)
    for server in servers.values():
        await sent(server, partners, kind, warm, connections)
    for turn in range(turns):
        requests = numbers.a_turn(kind)
        for name in list(servers)[:: -1 if turn % 2 else 1]:
            found[name].append(
                await one_turn([servers[name]], partners, kind, requests, connections)
            )
    return {name: Turns(found[name], servers[name].memory()) for name in servers}


async def one_turn(
    servers: Sequence[Started],
    partners: Partners,
    kind: Kind,
    requests: Sequence[bytes],
    connections: int,
) -> Turn:
    """Of one server, or of several that share a port."""
    loop = asyncio.get_running_loop()
    before, began = _processor(servers), loop.time()
    answered = await sent(servers[0], partners, kind, requests, connections)
    took = loop.time() - began
    await asyncio.sleep(SETTLING)
    spent = _processor(servers) - before
    rate, each = answered.count / took, spent / answered.count * 1e6
    return Turn(rate, answered.p50, answered.p99, each, answered.count)


async def sent(
    server: Started, partners: Partners, kind: Kind, requests: Sequence[bytes], connections: int
) -> Load:
    """Returns when all that was answered is told too."""
    told = await partners.told()
    answered = await load(server.port, requests, kind.statuses, connections, LONGEST)
    if kind.told:
        await partners.until_told(told + kind.told * answered.count)
    return answered


def _processor(servers: Sequence[Started]) -> float:
    return sum(server.processor() for server in servers)
