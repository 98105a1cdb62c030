"""``make chaos-all``: SEEDS seeds of every store, with one and with two instances; a line each.

Before them come those that found a bug once (``KEPT``). ``make prove`` has two seeds of each. What
was broken is told in full, with the command that repeats it, and ends nothing: all are run. AT_ONCE
runs are side by side, each in a process of its own, as they wait most of the time. Times are
asserted by ``make chaos`` only.
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
from tests.chaos.plan import drawn, repeated_by
from tests.chaos.report import in_a_line, shown
from tests.chaos.run import run

STORES = ("sqlite", "postgres")
INSTANCES = (1, 2)
LOST_LEASE = frozenset({"lost_lease"})
KEPT = (
    (11, 24.0, "postgres", 2, LOST_LEASE),
    (18, 24.0, "postgres", 2, LOST_LEASE),
    (16, 24.0, "postgres", 2, frozenset[str]()),
)
"""The seed, the seconds, the store, the instances and the faults of runs that found a bug."""

Run = tuple[int, float, str, int, frozenset[str]]


def main() -> int:
    """1 when a run broke a promise."""
    seeds = int(os.environ.get("SEEDS") or 20)
    first = int(os.environ.get("SEED") or 1)
    seconds = 60 * float(os.environ.get("MINUTES") or 0.5)
    at_once = int(os.environ.get("AT_ONCE") or 1)
    every = itertools.product(
        range(first, first + seeds), [seconds], STORES, INSTANCES, [frozenset[str]()]
    )
    runs: list[Run] = [*KEPT, *every]
    broken = 0
    with ProcessPoolExecutor(at_once, get_context("spawn"), max_tasks_per_child=1) as processes:
        running = [processes.submit(_ran, *one) for one in runs]
        for done in as_completed(running):
            told, well = done.result()
            print(told, flush=True)
            broken += not well
    print(f"{broken} of {len(runs)} runs broke a promise")
    return min(broken, 1)


def _ran(
    seed: int, seconds: float, store: str, count: int, only: frozenset[str]
) -> tuple[str, bool]:
    """What is to be told of it, and whether every promise was kept."""
    configure_logs("error", "console")
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{store}-{count}-{seed}-"))
    entries = read(asyncio.run(run(drawn(seed, seconds, store, count, only), folder)))
    found = violations(entries, timed=False)
    said = repeated_by(seed, seconds, store, count, only)
    told = f"{said:60}: {in_a_line(entries)}"
    if found:
        told += f"\n{shown(found, entries)}\nto repeat it: {said} make chaos; its files: {folder}"
    return told, not found


if __name__ == "__main__":
    sys.exit(main())
