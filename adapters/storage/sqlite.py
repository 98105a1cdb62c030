"""Run transactions on SQLite, on one writer thread that commits whatever has gathered at once.

A commit waits for the disk; so transactions that arrive while one is under way share the next.
Each runs in a savepoint of its own, so one that fails does not fail the others.
"""

import asyncio
import contextlib
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

from adapters.storage.clock import StorageClock, file_clock
from adapters.storage.schema import MADE_BY, expect_schema, migrate
from adapters.storage.transaction import Rows, Transaction
from domain.errors import StorageMissingError, StorageUnavailableError, StorageUnfitError

LARGEST_BATCH = 256
BUSY_TIMEOUT = 5.0

T = TypeVar("T")


class _Job(NamedTuple):
    """A transaction that waits for its turn, and the future of its caller."""

    transaction: Transaction[Any]
    future: asyncio.Future[Any]


class SqliteStore:
    """WAL, ``synchronous=FULL``: what was answered survives a power cut."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], clock: StorageClock) -> None:
        self._connect = connect
        self.clock = clock
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="storage", daemon=True)
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._closed = False

    @classmethod
    async def open(cls, path: Path, clock: StorageClock | None = None) -> Self:
        """The file is made if it is not there, for its owner only, and its schema brought up."""
        store = await cls._started(partial(_connect_new, path), clock)
        try:
            await store.migrate()
            await store.clock.start(store.run)
        except BaseException:
            await store.close()
            raise
        return store

    @classmethod
    async def open_existing(cls, path: Path, clock: StorageClock | None = None) -> Self:
        """A database of this version, which is neither made nor brought up. Raises
        StorageMissingError, StorageTooNewError."""
        store = await cls._started(partial(_connect_existing, path), clock)
        try:
            await store.clock.start(store.run)
        except BaseException:
            await store.close()
            raise
        return store

    @classmethod
    async def _started(
        cls, connect: Callable[[], sqlite3.Connection], clock: StorageClock | None
    ) -> Self:
        store = cls(connect, clock or file_clock())
        store._thread.start()
        await store._opened
        return store

    async def migrate(self) -> int:
        return await self.run(migrate("sqlite"))

    def now(self) -> float:
        return self.clock()

    async def close(self) -> None:
        """Transactions that are queued are run first; later ones are refused."""
        self._closed = True
        self._jobs.put(None)
        await self.clock.stop()
        await asyncio.to_thread(self._thread.join)

    def run(self, transaction: Transaction[T]) -> "asyncio.Future[T]":
        """Raises StorageUnavailableError, also once the store is closed."""
        future: asyncio.Future[T] = self._loop.create_future()
        if self._closed:
            future.set_exception(StorageUnavailableError("the database is closed"))
        else:
            self._jobs.put(_Job(transaction, future))
        return future

    def _work(self) -> None:
        try:
            connection = self._connect()
        except (sqlite3.Error, OSError, StorageUnfitError) as error:
            failure: Exception = error
            if not isinstance(error, StorageUnfitError):
                failure = StorageUnavailableError(f"cannot open the database: {error}")
            self._tell([partial(self._opened.set_exception, failure)])
            return
        self._tell([partial(self._opened.set_result, None)])
        while (first := self._jobs.get()) is not None:
            batch = [first]
            ending = False
            while len(batch) < LARGEST_BATCH and not self._jobs.empty():
                job = self._jobs.get()
                if job is None:
                    ending = True
                    break
                batch.append(job)
            self._tell(_survived(connection, batch))
            if ending:
                break
        connection.close()

    def _tell(self, outcomes: list[Callable[[], None]]) -> None:
        """One hop to the event loop for the whole batch."""
        self._loop.call_soon_threadsafe(_resolve, outcomes)


def _resolve(outcomes: list[Callable[[], None]]) -> None:
    for outcome in outcomes:
        outcome()


def _survived(connection: sqlite3.Connection, batch: list[_Job]) -> list[Callable[[], None]]:
    """The thread survives every error of a batch; only that batch's callers get the error."""
    try:
        return _commit(connection, batch)
    except Exception as error:  # noqa: BLE001 - a dead thread would leave everybody waiting
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        failure = StorageUnavailableError(f"the database failed: {error}")
        failure.__cause__ = error
        return [partial(_fail, job.future, failure) for job in batch]


def _commit(connection: sqlite3.Connection, batch: list[_Job]) -> list[Callable[[], None]]:
    """Run a batch as one transaction; the outcomes are told only once it is on disk."""
    connection.execute("BEGIN IMMEDIATE")
    outcomes = [_attempt(connection, job) for job in batch]
    connection.execute("COMMIT")
    return outcomes


def _attempt(connection: sqlite3.Connection, job: _Job) -> Callable[[], None]:
    connection.execute("SAVEPOINT job")
    try:
        result = drive(connection, job.transaction)
    except sqlite3.Error as error:
        if not connection.in_transaction:
            raise  # a full disk and the like roll back the whole batch
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            return _undone(connection, job, error)
        failure = StorageUnavailableError(f"the database failed: {error}")
        failure.__cause__ = error
        return _undone(connection, job, failure)
    except Exception as error:  # noqa: BLE001 - it is for the caller of this job
        return _undone(connection, job, error)
    connection.execute("RELEASE job")
    return partial(_succeed, job.future, result)


def _undone(connection: sqlite3.Connection, job: _Job, error: Exception) -> Callable[[], None]:
    connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")
    return partial(_fail, job.future, error)


def drive(connection: sqlite3.Connection, transaction: Transaction[T]) -> T:
    """Only rows leave the thread, never cursors."""
    rows: Rows = []
    try:
        statement, values = next(transaction)
        while True:
            named = {str(number): value for number, value in enumerate(values, start=1)}
            rows = connection.execute(statement, named).fetchall()
            statement, values = transaction.send(rows)
    except StopIteration as finished:
        result: T = finished.value
        return result


def _succeed(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _connect_new(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)
    return _prepared(connected(path, "rw"))


def _connect_existing(path: Path) -> sqlite3.Connection:
    """Nothing is written to a file before it is known to be ours."""
    if not path.exists():
        raise StorageMissingError(f"there is none at {path.absolute()}; {MADE_BY}")
    connection = connected(path, "rw")
    try:
        drive(connection, expect_schema("sqlite"))
    except BaseException:
        connection.close()
        raise
    return _prepared(connection)


def connected(path: Path, how: str) -> sqlite3.Connection:
    """``how`` is of SQLite's URIs: ``rw``, or ``ro``; neither makes a file."""
    uri = f"{path.absolute().as_uri()}?mode={how}"
    connection = sqlite3.connect(uri, timeout=BUSY_TIMEOUT, isolation_level=None, uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    # What is dropped is overwritten, not only let go of: it may be about a person.
    connection.execute("PRAGMA secure_delete = ON")
    return connection
