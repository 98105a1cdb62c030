"""Transactions that share a commit on SQLite; all of this runs on the storage thread.

A commit waits for the disk; so transactions that arrive while one is under way share the next.
Each runs in a savepoint of its own, so one that fails does not fail the others.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from adapters.storage.availability import Availability
from adapters.storage.sqlite_file import Former, OpenFile, drive, opened_again
from adapters.storage.transaction import Transaction
from domain.errors import StorageUnavailableError

LONGEST_LOCK = 5.0
"""Seconds after which a transaction that another process keeps from beginning fails."""
NOTICED = 1.0
"""Seconds of a lock after which storage counts as unavailable."""
LOCKED = "another process keeps the database locked"

# Codes of SQLite that say something about the file or the disk, not about one transaction.
BUSY, FULL = sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL
OF_THE_FILE = {
    BUSY,
    FULL,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}

Outcome = Callable[[], None]

log = structlog.get_logger()


class Job(NamedTuple):
    """A transaction that waits for its turn since a time, and the future of its caller."""

    transaction: Transaction[Any]
    future: asyncio.Future[Any]
    since: float

    @property
    def waited_for(self) -> bool:
        return not self.future.done()


class Batches:
    """One open file, and what becomes of the batches that are written to it."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        availability: Availability,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._file: OpenFile | None = OpenFile(path, connection)
        self._former = Former(None, None, None)
        self._availability = availability
        self._now = now
        self._locked_since: float | None = None
        self._changes = 0

    def attempt(self, batch: Sequence[Job]) -> tuple[list[Outcome], list[Job]]:
        """The outcomes, which are told only once they are on disk; and the jobs that go on waiting
        while another process has the lock. Survives every error; only that batch's callers get
        it."""
        try:
            connection = self._open()
            if not self._begin(connection):
                return self._locked(batch)
            outcomes = [_run(connection, job) for job in batch if job.waited_for]
            self._commit(connection)
        except Exception as error:  # noqa: BLE001 - a dead thread would leave everybody waiting
            outcomes = self._failed(batch, error)
        return outcomes, []

    def close(self) -> None:
        """The file is whole without its ``-wal`` file, also while another process has it open."""
        if self._file is not None:
            self._file.detach()

    def _open(self) -> sqlite3.Connection:
        if self._file is not None and (why := self._file.lost()):
            self._detach(why)
        if self._file is None:
            self._file = opened_again(self._path, self._former)
        return self._file.connection

    def _begin(self, connection: sqlite3.Connection) -> bool:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if _code(error) != BUSY:
                raise
            self._locked_since = self._locked_since or self._now()
            if self._now() - self._locked_since > NOTICED:
                self._availability.failed(LOCKED)
            return False
        self._locked_since = None
        self._changes = connection.total_changes
        return True

    def _commit(self, connection: sqlite3.Connection) -> None:
        wrote = connection.total_changes > self._changes
        if not wrote and self._availability.why is not None:
            drive(connection, write_something())
            wrote = True
        connection.execute("COMMIT")
        if self._file is not None and (why := self._file.lost()):
            self._detach(why)
            raise StorageUnavailableError(why)
        if wrote:
            self._availability.worked()

    def _locked(self, batch: Sequence[Job]) -> tuple[list[Outcome], list[Job]]:
        came = self._now() - LONGEST_LOCK
        old = [job for job in batch if job.since < came]
        failure = StorageUnavailableError(LOCKED)
        outcomes: list[Outcome] = [partial(_fail, job.future, failure) for job in old]
        return outcomes, [job for job in batch if job.since >= came]

    def _failed(self, batch: Sequence[Job], error: Exception) -> list[Outcome]:
        failure = error
        if not isinstance(error, StorageUnavailableError):
            failure = StorageUnavailableError(f"the database failed: {error}")
            failure.__cause__ = error
        self._availability.failed(str(failure))
        if self._file is not None:
            with contextlib.suppress(sqlite3.Error):
                if self._file.connection.in_transaction:
                    self._file.connection.execute("ROLLBACK")
            if not isinstance(error, sqlite3.Error) or _code(error) not in {BUSY, FULL}:
                self._detach(str(failure))
        return [partial(_fail, job.future, failure) for job in batch]

    def _detach(self, why: str) -> None:
        """It is opened again with the next batch."""
        self._availability.failed(why)
        if self._file is not None:
            self._former = self._file.detach()
            self._file = None


def write_something() -> Transaction[None]:
    """To see whether that can be done: a number in the file's head that nobody reads."""
    (row,) = yield "PRAGMA user_version", ()
    yield f"PRAGMA user_version = {(row['user_version'] + 1) % 1000}", ()


def _code(error: sqlite3.Error) -> int:
    """The primary one, without what SQLite says closer."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _run(connection: sqlite3.Connection, job: Job) -> Outcome:
    connection.execute("SAVEPOINT job")
    try:
        result = drive(connection, job.transaction)
    except sqlite3.Error as error:
        if not connection.in_transaction or _code(error) in OF_THE_FILE:
            raise  # it concerns the whole batch
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            return _undone(connection, job, error)
        log.error("storage.refused", why=str(error))
        failure = StorageUnavailableError(f"the database failed: {error}")
        failure.__cause__ = error
        return _undone(connection, job, failure)
    except Exception as error:  # noqa: BLE001 - it is for the caller of this job
        return _undone(connection, job, error)
    connection.execute("RELEASE job")
    return partial(_succeed, job.future, result)


def _undone(connection: sqlite3.Connection, job: Job, error: Exception) -> Outcome:
    connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")
    return partial(_fail, job.future, error)


def _succeed(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
