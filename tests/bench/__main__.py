"""``make bench``: everything. ``python -m tests.bench leave webhook``: these requests, with ours
and the limit alone, in seconds."""

import argparse
import time
from collections.abc import Sequence

import uvloop

from tests.bench.compared import HEAD, MANY_TURNS, beside, rows_of
from tests.bench.contenders import LIMIT, OURS
from tests.bench.cores import OTHERS, pin
from tests.bench.everything import everything
from tests.bench.figures import table
from tests.bench.kinds import KINDS
from tests.bench.partners import partners
from tests.bench.turns import Numbers
from tests.databases import postgres


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[[], *KINDS], metavar="|".join(KINDS))
    parser.add_argument("--turns", type=int, default=MANY_TURNS, help="of each server and request")
    asked = parser.parse_args()
    if asked.kinds:
        pin(OTHERS)
        uvloop.run(quick(asked.kinds, asked.turns))
        return
    began = time.monotonic()
    with postgres() as server:  # on all cores
        pin(OTHERS)
        uvloop.run(everything(server))
    print(f"\nIt took {(time.monotonic() - began) / 60:.1f} minutes.")


async def quick(names: Sequence[str], turns: int) -> None:
    """The first table's rows about ours and the limit."""
    numbers, rows = Numbers(), []
    async with partners() as stub:
        for name in names:
            found = await beside((OURS, LIMIT), stub, KINDS[name], numbers, turns)
            rows += rows_of(name, found)
    print(table(HEAD, rows))


if __name__ == "__main__":
    main()
