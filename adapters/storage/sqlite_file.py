"""A database file of SQLite: made, opened, and noticed when its path leads elsewhere."""

import contextlib
import os
import re
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from adapters.storage.installation import owner
from adapters.storage.schema import MADE_BY, expect_schema
from adapters.storage.transaction import Rows, Transaction
from domain.errors import StorageMissingError, StorageUnavailableError
from domain.installation import Installation

OPENING = 5.0
"""Seconds to wait for a lock while opening."""
ONE_TRY = 50
"""Milliseconds of one try to begin; between two of them whoever gave up waiting is let go of."""

KEEP_IN_MEMORY = "PRAGMA temp_store = MEMORY"
"""What a savepoint would restore, and what is sorted. Of a report that is more than the 64 kB after
which SQLite would write it to a file elsewhere. So no transaction may change without limit."""

NUMBERED = re.compile(r"\$(\d+)")

Identity = tuple[int, int]
"""A file's device and number."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Former:
    """A file that was let go of: which it was, its ``-wal`` file, and whose data it held."""

    file: Identity | None
    wal: Identity | None
    owner: Installation | None


class OpenFile:
    """An open database file. SQLite goes on writing to one that was deleted."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._path = path
        self._wal_path = wal_of(path)
        self._file = identity(path)
        self._wal: Identity | None = None

    def lost(self) -> str | None:
        """Why nobody would find what is written now; None when all is well."""
        there = identity(self._path)
        if there != self._file:
            return "the database file was " + ("deleted" if there is None else "replaced")
        wal = identity(self._wal_path)
        self._wal = self._wal or wal
        return None if wal == self._wal else "the -wal file was deleted or replaced"

    def detach(self) -> Former:
        """Close it. What was committed is first brought into the file itself, wherever that is now,
        so that the file is whole and its ``-wal`` file empty."""
        former = Former(self._file, self._wal, None)
        with contextlib.suppress(sqlite3.Error):
            former = Former(self._file, self._wal, drive(self.connection, owner()))
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        with contextlib.suppress(sqlite3.Error):
            self.connection.close()
        return former


def opened_again(path: Path, former: Former) -> OpenFile:
    """The same file, or another with the same installation's data. Raises StorageUnavailableError,
    StorageUnfitError."""
    there = identity(path)
    if there is None:
        raise StorageUnavailableError("the database file is not there")
    wal = wal_of(path)
    if there != former.file and identity(wal) == former.wal and wal.stat().st_size:
        raise StorageUnavailableError("another database file lies beside the former's -wal file")
    connection = opened(path)
    if there != former.file and drive(connection, owner()) != former.owner:
        connection.close()
        raise StorageUnavailableError("another database file is there, of no or another owner")
    return OpenFile(path, connection)


def made(path: Path) -> sqlite3.Connection:
    """The file is made if it is not there, for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)
    return _prepared(connected(path, "rw"))


def opened(path: Path) -> sqlite3.Connection:
    """Nothing is written to a file before it is known to be ours. Raises StorageMissingError,
    StorageTooNewError."""
    if not path.exists():
        raise StorageMissingError(f"there is none at {path.absolute()}; {MADE_BY}")
    connection = connected(path, "rw")
    try:
        drive(connection, expect_schema("sqlite"))
    except BaseException:
        connection.close()
        raise
    connection.execute(KEEP_IN_MEMORY)
    return _prepared(connection)


def connected(path: Path, how: str) -> sqlite3.Connection:
    """``how`` is of SQLite's URIs: ``rw``, or ``ro``; neither makes a file."""
    uri = f"{path.absolute().as_uri()}?mode={how}"
    connection = sqlite3.connect(uri, timeout=OPENING, isolation_level=None, uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # What is dropped is overwritten, not only let go of: it may be about a person.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA busy_timeout = {ONE_TRY}")
    return connection


def identity(path: Path) -> Identity | None:
    """None when it is not there, or cannot be looked at."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def wal_of(path: Path) -> Path:
    return Path(f"{path}-wal")


@lru_cache(maxsize=512)
def numbered(statement: str) -> str:
    """With SQLite's own numbered parameters, which take a plain tuple."""
    return NUMBERED.sub(r"?\1", statement)


def drive(connection: sqlite3.Connection, transaction: Transaction[T]) -> T:
    """Only rows leave the thread, never cursors."""
    rows: Rows = []
    try:
        statement, values = next(transaction)
        while True:
            rows = connection.execute(numbered(statement), values).fetchall()
            statement, values = transaction.send(rows)
    except StopIteration as finished:
        result: T = finished.value
        return result
