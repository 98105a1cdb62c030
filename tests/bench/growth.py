"""Whether a process grows with the requests that it has answered."""

from tests.bench.contenders import OURS, contending
from tests.bench.figures import Figure
from tests.bench.kinds import KINDS
from tests.bench.partners import Partners
from tests.bench.turns import AT_ONCE, Numbers, sent

AT_A_TIME = 500


async def growth(partners: Partners, numbers: Numbers, requests: int) -> dict[str, Figure]:
    """Requests of all four kinds. The first quarter fills caches; growth is what comes then."""
    early = 0.0
    async with contending([OURS], partners) as servers:
        for answered in range(0, requests, AT_A_TIME * len(KINDS)):
            early = servers[OURS].memory() if answered <= requests / 4 else early
            for kind in KINDS.values():
                made = kind.requests(numbers.take(AT_A_TIME), AT_A_TIME)
                await sent(servers[OURS], partners, kind, made, AT_ONCE)
        late = servers[OURS].memory()
    after = f"resident after {requests:,} requests"
    return {
        "loaded.memory": Figure(after, late, "MB"),
        "growth.memory": Figure(f"{after} / after a quarter of them", late / early),
    }
