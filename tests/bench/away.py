"""The attendance service is away: webhooks are stored, and all are applied once it is back."""

import asyncio

from tests.bench.contenders import OURS, contending
from tests.bench.figures import Figure
from tests.bench.kinds import KINDS
from tests.bench.load import load
from tests.bench.partners import Partners
from tests.bench.turns import AT_ONCE, Numbers

UNTIL_KNOWN = 500
"""Webhooks after which everybody knows that it is away."""


async def away(partners: Partners, numbers: Numbers, backlog: int) -> dict[str, Figure]:
    """``backlog`` is how many are stored by then."""
    kind, loop = KINDS["webhook"], asyncio.get_running_loop()
    few = min(UNTIL_KNOWN, backlog // 2)
    first, rest = numbers.requests(kind, few), numbers.requests(kind, backlog - few)
    told = await partners.told()
    async with contending([OURS], partners) as servers:
        server = servers[OURS]
        await partners.answer_updates_with(500)
        await load(server.port, first, {b"202"}, AT_ONCE)
        before = server.processor()
        stored = await load(server.port, rest, {b"202"}, AT_ONCE)
        storing = server.processor() - before
        await partners.answer_updates_with(200)
        began, before = loop.time(), server.processor()
        await partners.until_told(told + kind.told * backlog)
        drained, draining = loop.time() - began, server.processor() - before
    rate = stored.count / stored.seconds
    return {
        "away.rate": Figure("webhooks stored a second while they cannot be applied", rate),
        "away.p99": Figure("p99 meanwhile", stored.p99, "ms"),
        "away.processor": Figure("CPU to store one", storing / stored.count * 1e6, "µs"),
        "drain.seconds": Figure(f"drain of {backlog:,} webhooks", drained, "s"),
        "drain.processor": Figure("CPU to drain one", draining / backlog * 1e6, "µs"),
    }
