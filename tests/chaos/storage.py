"""The database of a run, and what may happen to it: locked, full, restarted."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import asyncpg
from yarl import URL

from tests.chaos.history import History
from tests.databases import ORDINARY_USER, postgres
from tests.preloaded import Preloaded

DISK = "256m"
PAGE = 4096


class Storage(Protocol):
    """``url`` is for an instance whose proxy has that port; ``size`` is in bytes."""

    def url(self, port: int | None) -> str: ...

    async def lock(self, seconds: float) -> None: ...

    async def fill(self, seconds: float) -> None: ...

    async def restart(self) -> None: ...

    async def size(self) -> int: ...

    async def written(self) -> bytes:
        """All that is in it, for the search for canaries."""
        ...


@dataclass
class SqliteStorage:
    """A file on a small tmpfs, where one may be mounted. ``mounted`` says whether. ``preloaded``
    are those of the processes that use it."""

    history: History
    folder: Path
    mounted: bool
    preloaded: Sequence[Preloaded]

    @property
    def file(self) -> Path:
        return self.folder / "storage.db"

    def url(self, _port: int | None) -> str:
        return f"sqlite:///{self.file}"

    async def lock(self, seconds: float) -> None:
        """By another process, as a backup or an operator's shell would."""
        script = (
            "import sqlite3, sys, time\n"
            "held = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)\n"
            "held.execute('BEGIN IMMEDIATE')\n"
            "time.sleep(float(sys.argv[2]))\n"
        )
        await _run("python3", "-c", script, str(self.file), str(seconds))

    async def fill(self, seconds: float) -> None:
        """To the last byte. Where no tmpfs may be mounted, what is preloaded says so to SQLite."""
        if not self.mounted:
            await self._refuse(seconds)
            return
        filler = self.folder / "filler"
        await asyncio.to_thread(_filled, filler)
        try:
            await asyncio.sleep(seconds)
        finally:
            filler.unlink(missing_ok=True)

    async def _refuse(self, seconds: float) -> None:
        how = {"injected": "no tmpfs may be mounted"}
        if any(one.library is None for one in self.preloaded):
            how = {"left_out": "no tmpfs may be mounted, and there is no C compiler"}
        self.history.add("suite", what="fill_storage", **how)
        for one in self.preloaded:
            one.fill(full=True)
        try:
            await asyncio.sleep(seconds)
        finally:
            for one in self.preloaded:
                one.fill(full=False)

    async def restart(self) -> None:
        self.history.add("fault", what="restart_database", left_out="SQLite has no server")

    async def size(self) -> int:
        names = (self.file, Path(f"{self.file}-wal"))
        return sum(name.stat().st_size for name in names if name.exists())

    async def written(self) -> bytes:
        names = (self.file, Path(f"{self.file}-wal"))
        return b"".join(name.read_bytes() for name in names if name.exists())


@contextmanager
def sqlite_storage(
    history: History, folder: Path, preloaded: Sequence[Preloaded]
) -> Iterator[SqliteStorage]:
    place = folder / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    mounted = subprocess.run(mounting, capture_output=True, check=False).returncode == 0
    try:
        yield SqliteStorage(history, place, mounted, preloaded)
    finally:
        for file in place.glob("storage.db*"):
            shutil.copy(file, folder)
        if mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=True)
        shutil.rmtree(place)


def _filled(filler: Path) -> None:
    """Blocks of a megabyte, then pages."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, PAGE):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


@dataclass
class PostgresStorage:
    """A server of the run's own. ``direct`` leads past the proxies; ``data`` is where it keeps its
    files, None when it is somebody else's and is not restarted."""

    history: History
    direct: str
    data: Path | None

    @property
    def address(self) -> tuple[str, int]:
        told = URL(self.direct)
        return told.host or "127.0.0.1", told.port or 5432

    def url(self, port: int | None) -> str:
        return str(URL(self.direct).with_port(port))

    async def lock(self, seconds: float) -> None:
        """Somebody's migration holds the tables that everything needs."""
        try:
            connection = await asyncpg.connect(self.direct)
        except (asyncpg.PostgresError, OSError):
            return
        try:
            async with connection.transaction():
                await connection.execute("LOCK TABLE meetings, seats IN ACCESS EXCLUSIVE MODE")
                await asyncio.sleep(seconds)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            pass
        finally:
            connection.terminate()

    async def fill(self, seconds: float) -> None:
        self.history.add("fault", what="fill_storage", left_out="its disk is the machine's")

    async def restart(self) -> None:
        """Without waiting for anybody, as after a loss of power."""
        if self.data is None:
            self.history.add("fault", what="restart_database", left_out="not a server of ours")
            return
        how = ("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "-l", "/dev/null")
        await _run(*how, "restart", user=ORDINARY_USER)

    async def size(self) -> int:
        connection = await asyncpg.connect(self.direct)
        try:
            size: int = await connection.fetchval("SELECT pg_database_size(current_database())")
        finally:
            await connection.close()
        return size

    async def written(self) -> bytes:
        connection = await asyncpg.connect(self.direct)
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        try:
            tables = [row["tablename"] for row in await connection.fetch(named)]
            rows = [await connection.fetch(f'SELECT t::text FROM "{one}" t') for one in tables]
        finally:
            await connection.close()
        return "\n".join(row["t"] for table in rows for row in table).encode()


@asynccontextmanager
async def postgres_storage(history: History) -> AsyncIterator[PostgresStorage]:
    with postgres() as server:
        connection = await asyncpg.connect(server)
        await connection.execute("DROP DATABASE IF EXISTS chaos WITH (FORCE)")
        await connection.execute("CREATE DATABASE chaos")
        data = Path(await connection.fetchval("SHOW data_directory"))
        await connection.close()
        direct = server.rpartition("/")[0] + "/chaos"
        ours = data.is_dir() and shutil.which("pg_ctl") is not None
        yield PostgresStorage(history, direct, data if ours else None)


async def _run(*command: str, user: str | None = None) -> None:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        user=user,
    )
    try:
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
