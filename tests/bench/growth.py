"""Whether a process grows with the requests that it has answered."""

from itertools import cycle

from tests.bench.contenders import OURS, contending
from tests.bench.figures import Figure
from tests.bench.kinds import KINDS
from tests.bench.partners import Partners
from tests.bench.turns import AT_ONCE, Numbers, sent

AT_A_TIME = 500
"""Requests of one kind, before others come."""


async def growth(partners: Partners, numbers: Numbers, requests: int) -> dict[str, Figure]:
    """Requests of all four kinds, until so many were answered. The first quarter fills caches;
    growth is what comes then."""
    answered, quarter, early = 0, 0, 0.0
    a_time = min(AT_A_TIME, requests // (4 * len(KINDS)))
    kinds = cycle(KINDS.values())
    async with contending([OURS], partners) as servers:
        server = servers[OURS]
        while answered < requests:
            kind = next(kinds)
            made = numbers.requests(kind, a_time)
            answered += (await sent(server, partners, kind, made, AT_ONCE)).count
            if not quarter and answered >= requests / 4:
                quarter, early = answered, server.memory()
        late = server.memory()
    after = f"resident after {answered:,} requests"
    return {
        "loaded.memory": Figure(after, late, "MB"),
        "growth.memory": Figure(f"{after} / after {quarter:,} of them", late / early),
    }
