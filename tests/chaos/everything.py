"""``make chaos-all``: SEEDS seeds of every store, with one and with two instances; a line each.

``make prove`` has two of each. What was broken is told in full, and ends nothing: all are run.
AT_ONCE runs are side by side, each in a process of its own, as they wait most of the time; times
are then not asserted.
"""

import asyncio
import itertools
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
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
    """1 when a run broke a promise."""
    seeds = int(os.environ.get("SEEDS") or 20)
    first = int(os.environ.get("SEED") or 1)
    seconds = 60 * float(os.environ.get("MINUTES") or 0.5)
    at_once = int(os.environ.get("AT_ONCE") or 1)
    timed = at_once == 1 and os.environ.get("TIMES") != "no"
    runs = [*itertools.product(range(first, first + seeds), STORES, INSTANCES)]
    broken = 0
    with ProcessPoolExecutor(at_once, get_context("spawn"), max_tasks_per_child=1) as processes:
        running = [processes.submit(_ran, *one, seconds, timed=timed) for one in runs]
        for done in as_completed(running):
            told, kept = done.result()
            print(told, flush=True)
            broken += not kept
    print(f"{broken} of {len(runs)} runs broke a promise")
    return min(broken, 1)


def _ran(seed: int, store: str, count: int, seconds: float, *, timed: bool) -> tuple[str, bool]:
    """What is to be told of it, and whether every promise was kept."""
    configure_logs("error", "console")
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{store}-{count}-{seed}-"))
    entries = read(asyncio.run(run(drawn(seed, seconds, store, count), folder)))
    found = violations(entries, timed=timed)
    told = f"SEED={seed:<3} STORE={store:8} INSTANCES={count}: {in_a_line(entries)}"
    if found:
        told += f"\n{shown(found, entries)}\nits files: {folder}"
    return told, not found


if __name__ == "__main__":
    sys.exit(main())
