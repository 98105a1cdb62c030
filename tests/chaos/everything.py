"""``make chaos-all``: SEEDS seeds of every store, with one and with two instances; a line each.

``make prove`` has two of each. What was broken is told in full, and ends nothing: all are run.
"""

import asyncio
import itertools
import os
import sys
import tempfile
from pathlib import Path

from entrypoints.logs import configure_logs
from tests.chaos.checker import violations
from tests.chaos.history import read
from tests.chaos.plan import drawn
from tests.chaos.report import in_a_line, shown
from tests.chaos.run import run

STORES = ("sqlite", "postgres")
INSTANCES = (1, 2)


def main() -> int:
    """How many runs broke a promise."""
    configure_logs("error", "console")
    seeds = int(os.environ.get("SEEDS") or 20)
    first = int(os.environ.get("SEED") or 1)
    seconds = 60 * float(os.environ.get("MINUTES") or 0.5)
    timed = os.environ.get("TIMES") != "no"
    broken = 0
    for seed, store, count in itertools.product(range(first, first + seeds), STORES, INSTANCES):
        folder = Path(tempfile.mkdtemp(prefix=f"chaos-{store}-{count}-{seed}-"))
        entries = read(asyncio.run(run(drawn(seed, seconds, store, count), folder)))
        found = violations(entries, timed=timed)
        print(f"SEED={seed:<3} STORE={store:8} INSTANCES={count}: {in_a_line(entries)}", flush=True)
        if found:
            print(f"{shown(found, entries)}\nits files: {folder}", flush=True)
            broken += 1
    print(f"{broken} of {seeds * len(STORES) * len(INSTANCES)} runs broke a promise")
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main())
