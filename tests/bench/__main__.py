"""``make bench``: everything. ``python -m tests.bench leave webhook``: these requests, with ours
and the limit alone, in seconds."""

import argparse
from collections.abc import Sequence

import uvloop

from tests.bench.compared import TURNS, beside, ratio
from tests.bench.contenders import LIMIT, OURS
from tests.bench.cores import OTHERS, pin
from tests.bench.everything import Sizes, everything
from tests.bench.kinds import KINDS
from tests.bench.partners import partners
from tests.bench.turns import Numbers
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
    numbers = Numbers()
    async with partners() as stub:
        for name in names:
            found = await beside((OURS, LIMIT), stub, KINDS[name], numbers, turns)
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
