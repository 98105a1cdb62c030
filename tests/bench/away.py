"""The attendance service is away: webhooks are stored, and all are applied once it is back."""

import asyncio

from tests.bench.figures import Figure
from tests.bench.kinds import KINDS
from tests.bench.load import load
from tests.bench.partners import Partners
from tests.bench.started import Started
from tests.bench.turns import AT_ONCE, Numbers

WARM_UP = 500
"""After these everybody knows that it is away."""


async def away(
    server: Started, partners: Partners, numbers: Numbers, backlog: int
) -> dict[str, Figure]:
    kind, loop = KINDS["webhook"], asyncio.get_running_loop()
    first = kind.requests(numbers.take(WARM_UP), WARM_UP)
    rest = kind.requests(numbers.take(backlog), backlog)
    told = await partners.told()
    await partners.answer_updates_with(500)
    await load(server.port, first, {b"202"}, AT_ONCE)
    before = server.processor()
    stored = await load(server.port, rest, {b"202"}, AT_ONCE)
    spent = server.processor() - before
    await partners.answer_updates_with(200)
    began, before = loop.time(), server.processor()
    await partners.until_told(told + kind.told * (WARM_UP + backlog))
    drained, all_of_it = loop.time() - began, server.processor() - before
    each = all_of_it / (WARM_UP + backlog) * 1e6
    return {
        "away.rate": Figure("webhooks stored a second while it is away", backlog / stored.seconds),
        "away.processor": Figure("CPU to store one", spent / backlog * 1e6, "µs"),
        "away.p99": Figure("p99 meanwhile", stored.p99, "ms"),
        "drain.seconds": Figure(f"drain of {WARM_UP + backlog:,} webhooks", drained, "s"),
        "drain.processor": Figure("CPU to drain one", each, "µs"),
    }
