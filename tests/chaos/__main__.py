"""``SEED=… MINUTES=… STORE=sqlite|postgres INSTANCES=1|2 make chaos``: one run and its verdict.

Without a seed a new one is drawn. What was broken ends it with the seed, the part of the history
that shows it, and the files. TIMES=no leaves out what depends on the machine's speed.
"""

import asyncio
import os
import random
import sys
import tempfile
from pathlib import Path

from entrypoints.logs import configure_logs
from tests.chaos.checker import violations
from tests.chaos.history import read
from tests.chaos.plan import drawn
from tests.chaos.report import figures, shown
from tests.chaos.run import run


def main() -> int:
    configure_logs("error", "console")
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    minutes = float(os.environ.get("MINUTES") or 0.5)
    store = os.environ.get("STORE") or "sqlite"
    instances = int(os.environ.get("INSTANCES") or 1)
    timed = os.environ.get("TIMES") != "no"
    plan = drawn(seed, 60 * minutes, store, instances)
    said = f"SEED={seed} MINUTES={minutes:g} STORE={store} INSTANCES={instances}"
    print(f"{said}: {plan}", flush=True)
    folder = Path(os.environ.get("FOLDER") or tempfile.mkdtemp(prefix="chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    entries = read(asyncio.run(run(plan, folder)))
    print(figures(entries))
    broken = violations(entries, timed=timed)
    if not broken:
        print("no violation")
        return 0
    print(shown(broken, entries))
    print(f"to repeat it: {said} make chaos; its files: {folder}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
