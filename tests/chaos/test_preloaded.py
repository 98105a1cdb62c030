"""What the library does that is preloaded into the service, where it can be built; else nothing."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.preloaded import Preloaded, built

pytestmark = pytest.mark.processes

HOUR = 3600
CHILD = """
import sqlite3, sys, time

db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = FULL")
db.execute("CREATE TABLE one (two)")

def write():
    try:
        db.execute("INSERT INTO one VALUES (?)", ("x" * 9000,))
        return "written"
    except sqlite3.OperationalError as error:
        return str(error)

DOES = {
    "clock": time.time,
    "clock of SQLite": lambda: db.execute("SELECT strftime('%s')").fetchone()[0],
    "steady clock": time.monotonic,
    "write": write,
}
for line in sys.stdin:
    print(DOES[line.strip()](), flush=True)
"""


class Child:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def does(self, what: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{what}\n".encode())
        return (await self._process.stdout.readline()).decode().strip()


@pytest.fixture(name="preloaded")
def _preloaded(tmp_path: Path) -> Preloaded:
    return Preloaded(built(tmp_path), tmp_path / "process")


@asynccontextmanager
async def child(preloaded: Preloaded) -> AsyncIterator[Child]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD, str(preloaded.files.with_suffix(".db"))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=preloaded.env,
    )
    try:
        yield Child(process)
    finally:
        process.kill()
        await process.wait()


async def ahead(one: Child, clock: str) -> int:
    """Hours between that clock of the process and ours."""
    return round((float(await one.does(clock)) - time.time()) / HOUR)


@pytest.mark.parametrize("clock", ["clock", "clock of SQLite"])
async def test_a_process_has_the_wall_clock_that_it_is_given(
    preloaded: Preloaded, clock: str
) -> None:
    async with child(preloaded) as one:
        seen = []
        for hours in (0, 1, -2):
            preloaded.set_clock(hours * HOUR)
            seen.append(await ahead(one, clock))

    assert seen == ([0, 1, -2] if preloaded.library else [0, 0, 0])


async def test_its_steady_clock_stays(preloaded: Preloaded) -> None:
    async with child(preloaded) as one:
        before = float(await one.does("steady clock"))
        preloaded.set_clock(HOUR)
        after = float(await one.does("steady clock"))

    assert 0 <= after - before < HOUR


async def test_while_its_disk_is_full_sqlite_writes_nothing(preloaded: Preloaded) -> None:
    async with child(preloaded) as one:
        seen = []
        for full in (False, True, False):
            preloaded.fill(full=full)
            seen.append(await one.does("write"))

    refused = "database or disk is full" if preloaded.library else "written"
    assert seen == ["written", refused, "written"]


async def test_a_commit_is_a_sync_that_is_counted(preloaded: Preloaded) -> None:
    async with child(preloaded) as one:
        before = float(await one.does("steady clock"))
        counted = len(preloaded.synced())
        await one.does("write")
        after = float(await one.does("steady clock"))

    new = preloaded.synced()[counted:]
    assert bool(new) is bool(preloaded.library)
    assert all(before <= at <= after for at in new)


def test_where_no_library_can_be_built_a_process_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert Preloaded(built(tmp_path), tmp_path / "process").env == {}
