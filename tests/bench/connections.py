"""The same request over 1 to 128 connections: a leave, which waits for the disk twice."""

from tests.bench.contenders import LIMIT, OURS, contending
from tests.bench.figures import table
from tests.bench.kinds import KINDS
from tests.bench.partners import Partners
from tests.bench.turns import Numbers, in_turns

COUNTS = (1, 8, 32, 128)


async def connections(partners: Partners, numbers: Numbers) -> str:
    kind, rows = KINDS["leave"], []
    async with contending((OURS, LIMIT), partners) as servers:
        for count in COUNTS:
            found = await in_turns(servers, partners, kind, numbers, connections=count)
            for name, turns in found.items():
                figures = (f"{turns.p50:.1f}", f"{turns.p99:.1f}", f"{turns.least:,.0f}")
                rows.append((f"{count} connections, {name}", f"{turns.rate:,.0f}", *figures))
    return table(("leave over", "a second", "p50 ms", "p99 ms", "least CPU µs"), rows)
