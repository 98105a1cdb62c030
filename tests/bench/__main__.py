"""``make bench``: everything; ``python -m tests.bench leave webhook``: these, with ours and the
limit alone."""

import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from tests.bench.contenders import CONTENDERS, LIMIT, OURS
from tests.bench.cores import OTHERS, pin
from tests.bench.kinds import KINDS
from tests.bench.partners import partners
from tests.bench.turns import in_turns

TURNS = 5


async def quick(names: list[str]) -> None:
    """The processor time of ours and of the limit, and what they are to each other."""
    async with AsyncExitStack() as stack:
        stub = await stack.enter_async_context(partners())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {
            name: await stack.enter_async_context(CONTENDERS[name](stub, folder))
            for name in (OURS, LIMIT)
        }
        for place, name in enumerate(names):
            kind = KINDS[name]
            found = await in_turns(servers, stub, kind, 1 + place * 25_000, TURNS, kind.a_turn)
            mine, limit = found[OURS], found[LIMIT]
            print(
                f"{name:8} {mine.least:5.0f} us (median {mine.processor:.0f}), limit "
                f"{limit.least:.0f} ({limit.processor:.0f}): {limit.least / mine.least:.3f} "
                f"({limit.processor / mine.processor:.3f}); {mine.rate:,.0f} a second, "
                f"limit {limit.rate:,.0f}; p50 {mine.p50:.1f} ms, p99 {mine.p99:.1f} ms",
                flush=True,
            )


def main() -> None:
    pin(OTHERS)
    uvloop.run(quick(sys.argv[1:] or list(KINDS)))


if __name__ == "__main__":
    main()
