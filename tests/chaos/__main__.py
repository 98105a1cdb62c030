"""``SEED=… MINUTES=… STORE=sqlite|postgres INSTANCES=1|2 make chaos``: one run and its verdict.

Without a seed a new one is drawn. What was broken is told with the seed, the part of the history
that shows it, and the files; before that the plan is shrunk for SHRINK minutes, and what is left of
it can be run again by PLAN=its file instead of a seed. TIMES=no leaves out what depends on the
machine's speed. ONLY=kill,freeze draws no other faults (``plan.py`` has them). FOLDER is where the
files go.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from entrypoints.logs import configure_logs
from tests.chaos.checker import violations
from tests.chaos.checker.violation import Violation
from tests.chaos.draw import drawing
from tests.chaos.history import Entry, read
from tests.chaos.plan import Plan, as_json, drawn, from_json, repeated_by
from tests.chaos.report import figures, shown
from tests.chaos.run import run
from tests.chaos.shrink import shrunk

SHRINK = 10.0
"""Minutes."""


def main() -> int:
    """0 when no promise was broken."""
    configure_logs("error", "console")
    plan, said = _wanted()
    print(f"{said}: {plan}", flush=True)
    folder = Path(os.environ.get("FOLDER") or tempfile.mkdtemp(prefix="chaos-"))
    entries, broken = _ran(plan, folder)
    print(figures(entries))
    (folder / "soak.svg").write_text(drawing(entries), "utf-8")
    if not broken:
        print("  no violation")
        return 0
    print(shown(broken, entries), flush=True)
    _shrink(plan, broken, folder)
    print(f"to repeat it: {said} make chaos; its files: {folder}")
    print(f"to repeat what is left of its plan: PLAN={folder / 'plan.json'} make chaos")
    return 1


def _wanted() -> tuple[Plan, str]:
    """With the settings that repeat it."""
    if file := os.environ.get("PLAN"):
        return from_json(json.loads(Path(file).read_text("utf-8"))), f"PLAN={file}"
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    seconds = 60 * float(os.environ.get("MINUTES") or 0.5)
    store = os.environ.get("STORE") or "sqlite"
    instances = int(os.environ.get("INSTANCES") or 1)
    only = frozenset(filter(None, (os.environ.get("ONLY") or "").split(",")))
    said = repeated_by(seed, seconds, store, instances, only)
    return drawn(seed, seconds, store, instances, only), said


def _ran(plan: Plan, folder: Path) -> tuple[Sequence[Entry], Sequence[Violation]]:
    folder.mkdir(parents=True, exist_ok=True)
    entries = read(asyncio.run(run(plan, folder)))
    return entries, violations(entries, timed=os.environ.get("TIMES") != "no")


def _shrink(plan: Plan, broken: Sequence[Violation], folder: Path) -> None:
    """Prints what is left of the plan, and of its history."""
    wanted = {one.assertion for one in broken}
    ends = time.monotonic() + 60 * float(os.environ.get("SHRINK") or SHRINK)
    found: list[str] = []

    async def fails(smaller: Plan) -> bool:
        place = Path(tempfile.mkdtemp(prefix="shrunk-", dir=folder))
        entries = read(await run(smaller, place))
        again = violations(entries, timed=os.environ.get("TIMES") != "no")
        same = [one for one in again if one.assertion in wanted]
        if same:
            found[:] = [shown(same[:1], entries)]
        return bool(same)

    smallest = asyncio.run(shrunk(plan, fails, lambda: time.monotonic() < ends))
    (folder / "plan.json").write_text(json.dumps(as_json(smallest), indent=1), "utf-8")
    if found:
        print(f"shrunk to {smallest}:")
        print("\n".join(f"  {act}" for act in smallest.acts))
        print(found[0])


if __name__ == "__main__":
    sys.exit(main())
