"""A backup is made under load and restored elsewhere: it has what was answered before it began."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg

from adapters.storage.sqlite_file import connected
from tests.e2e.processes import ended, free_port, run, running
from tests.prove.load import Told, load
from tests.prove.partner import attendance
from tests.prove.service import READY, environment, until_told
from tests.waiting import until

PATIENCE = 300.0
IN_A_COPY = "SELECT meeting FROM deliveries UNION SELECT meeting FROM facts"


@dataclass(frozen=True, slots=True)
class Backups:
    """How many marks were answered before the backup began, and until it was made; which of the
    former it does not hold; and how long making it and applying them took."""

    before: int
    meanwhile: int
    missing: int
    made: float
    applied: float | None = None

    def __str__(self) -> str:
        applied = "" if self.applied is None else f", applied in {self.applied:.1f} s"
        return (
            f"a backup under load in {self.made:.1f} s, {self.meanwhile} marks answered meanwhile: "
            f"{self.missing} of {self.before} answered before are missing{applied}"
        )


Make = Callable[[dict[str, str]], Awaitable[set[str]]]
"""Make a backup with these variables and restore it; returns the meetings in it."""


async def backups(database: str, seconds: float, *, apply: bool = True) -> Backups:
    """After so many ``seconds`` of load, during which the attendance service is away, so that
    nothing is applied yet. ``apply`` starts a service on what was restored."""
    told = Told()
    restored, make = _on_sqlite(database) if database.startswith("sqlite") else _by_dump(database)
    async with attendance() as partner:
        partner.mode = "down"
        env = environment(partner, database, free_port(), 1.0)
        async with running("serve", until=READY, **env) as service:
            calls = asyncio.create_task(load(env["PORT"], 0, told))
            await until(told.something)
            await asyncio.sleep(seconds)
            before, began = set(told.marks), time.monotonic()
            held = await make(env)
            made, meanwhile = time.monotonic() - began, len(told.marks) - len(before)
            await service.kill()
            await calls
        missing = {meeting for _, meeting, _ in before} - held
        figures = Backups(len(before), meanwhile, len(missing), made)
        if not apply:
            return figures
        partner.mode = "up"
        async with running("serve", until=READY, **{**env, "DATABASE_URL": restored}):
            return replace(figures, applied=await until_told(partner, before, PATIENCE))


def _on_sqlite(database: str) -> tuple[str, Make]:
    file = Path(f"{database.removeprefix('sqlite:///')}.copy")

    async def make(env: dict[str, str]) -> set[str]:
        made = await run("backup", str(file), **env)
        assert made.code == 0, made
        with closing(connected(file, "ro&immutable=1")) as copy:
            return {row["meeting"] for row in copy.execute(IN_A_COPY)}

    return f"sqlite:///{file}", make


def _by_dump(database: str) -> tuple[str, Make]:
    """By PostgreSQL's own programs, as docs/backup.md says."""
    restored = f"{database}_restored"

    async def make(_env: dict[str, str]) -> set[str]:
        with tempfile.TemporaryDirectory() as folder:
            file = f"{folder}/videochamadas.dump"
            await _ran("pg_dump", "--format=custom", f"--file={file}", f"--dbname={database}")
            server = await asyncpg.connect(database)
            name = restored.rpartition("/")[2]
            await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await server.execute(f"CREATE DATABASE {name}")
            await server.close()
            options = ("--exit-on-error", "--single-transaction", "--no-owner")
            await _ran("pg_restore", *options, f"--dbname={restored}", file)
        connection = await asyncpg.connect(restored)
        held = await connection.fetch(IN_A_COPY)
        await connection.close()
        return {row["meeting"] for row in held}

    return restored, make


async def _ran(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    finished = await ended(process, PATIENCE)
    assert finished.code == 0, finished.errors
