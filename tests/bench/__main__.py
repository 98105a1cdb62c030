"""``make bench``: everything. ``python -m tests.bench leave webhook``: these requests, with ours
and the limit alone, in seconds."""

import argparse
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from tests.bench.compared import TURNS, ratio
from tests.bench.contenders import CONTENDERS, LIMIT, OURS
from tests.bench.cores import OTHERS, pin
from tests.bench.everything import Sizes, everything
from tests.bench.kinds import KINDS
from tests.bench.partners import partners
from tests.bench.turns import Numbers, in_turns
from tests.databases import postgres


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[[], *KINDS], metavar="|".join(KINDS))
    parser.add_argument("--turns", type=int, default=TURNS, help="of each server and request")
    parser.add_argument("--requests", type=int, default=Sizes.requests, help="to look for growth")
    asked = parser.parse_args()
    if asked.kinds:
        pin(OTHERS)
        uvloop.run(quick(asked.kinds, asked.turns))
        return
    with postgres() as server:  # on all cores
        pin(OTHERS)
        uvloop.run(everything(server, Sizes(asked.requests)))


async def quick(names: Sequence[str], turns: int) -> None:
    """What a request costs ours and the limit, and what they are to each other."""
    async with AsyncExitStack() as stack:
        stub = await stack.enter_async_context(partners())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {
            name: await stack.enter_async_context(CONTENDERS[name](stub, folder))
            for name in (OURS, LIMIT)
        }
        numbers = Numbers()
        for name in names:
            kind = KINDS[name]
            found = await in_turns(servers, stub, kind, numbers, turns, kind.a_turn)
            mine, limit = found[OURS], found[LIMIT]
            print(
                f"{name:8} {mine.least:5.0f} us (median {mine.processor:.0f}), "
                f"limit {limit.least:.0f} ({limit.processor:.0f}): ratio {ratio(found):.3f} "
                f"({limit.processor / mine.processor:.3f}); {mine.rate:,.0f} a second, limit "
                f"{limit.rate:,.0f}; p50 {mine.p50:.1f} ms, p99 {mine.p99:.1f} ms",
                flush=True,
            )


if __name__ == "__main__":
    main()
