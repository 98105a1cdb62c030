"""Run transactions on SQLite, on one thread that has the database file."""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

from adapters.storage.availability import Availability
from adapters.storage.clock import StorageClock, file_clock
from adapters.storage.schema import migrate
from adapters.storage.sqlite_batch import Batches, Job, Outcome, write_something
from adapters.storage.sqlite_file import made, opened
from adapters.storage.transaction import Rows, Transaction, one_statement
from domain.errors import StorageUnavailableError, StorageUnfitError

LARGEST_BATCH = 256
MOST_WAITING = 2000
"""Transactions that somebody waits for: twice as many as a process has connections."""
TOGETHER = 0.002
"""Seconds after which transactions that still gather are handed over, in the turn of the event loop
in which they are over."""
QUIET = 4
"""Turns of the event loop without another one, after which none is waited for."""
LOOK = 1.0
"""Seconds for an answer to the question whether the database can be written."""

T = TypeVar("T")


class SqliteStore:
    """WAL, ``synchronous=FULL``: what was answered survives a power cut."""

    def __init__(
        self, path: Path, connect: Callable[[Path], sqlite3.Connection], clock: StorageClock
    ) -> None:
        self._path = path
        self._connect = connect
        self.clock = clock
        self._loop = asyncio.get_running_loop()
        self._gathered: list[Job] = []
        self._queue: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._waiting = 0
        self._availability = Availability()
        self._thread = threading.Thread(target=self._work, name="storage", daemon=True)
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._closed = False

    @classmethod
    async def open(cls, path: Path, clock: StorageClock | None = None) -> Self:
        """The file is made if it is not there, for its owner only, and its schema brought up."""
        # A migration may change more than fits in memory, so it has a connection of its own.
        store = await cls._started(path, made, None)
        try:
            await store.migrate()
        finally:
            await store.close()
        return await cls.open_existing(path, clock)

    @classmethod
    async def open_existing(cls, path: Path, clock: StorageClock | None = None) -> Self:
        """A database of this version, which is neither made nor brought up. Raises
        StorageMissingError, StorageTooNewError."""
        store = await cls._started(path, opened, clock)
        try:
            await store.clock.start(store.run)
        except BaseException:
            await store.close()
            raise
        return store

    @classmethod
    async def _started(
        cls, path: Path, connect: Callable[[Path], sqlite3.Connection], clock: StorageClock | None
    ) -> Self:
        store = cls(path, connect, clock or file_clock())
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
        self._hand_over()
        self._queue.put(None)
        await self.clock.stop()
        await asyncio.to_thread(self._thread.join)

    async def check(self) -> None:
        why = self._availability.why
        if self._availability.is_news:
            if why is not None:
                raise StorageUnavailableError(why)
            return
        try:
            async with asyncio.timeout(LOOK):
                await self.run(write_something())
        except TimeoutError as error:
            raise StorageUnavailableError("the database did not answer in time") from error
        self._availability.worked()

    def run(self, transaction: Transaction[T]) -> "asyncio.Future[T]":
        """Whoever gave up before its turn leaves nothing stored. Raises StorageUnavailableError, at
        once when ``MOST_WAITING`` wait, and once the store is closed."""
        future: asyncio.Future[T] = self._loop.create_future()
        if self._closed:
            future.set_exception(StorageUnavailableError("the database is closed"))
        elif self._waiting >= MOST_WAITING:
            future.set_exception(StorageUnavailableError("too many wait for the database"))
        else:
            self._waiting += 1
            future.add_done_callback(self._waits_no_more)
            self._gathered.append(Job(transaction, future, time.monotonic()))
            if len(self._gathered) == 1:
                self._loop.call_soon(self._hand_over_when_quiet, 1, QUIET)
        return future

    async def read(self, statement: str, values: tuple[object, ...]) -> Rows:
        return await self.run(one_statement(statement, values))

    def _hand_over_when_quiet(self, before: int, turns: int) -> None:
        """While the event loop is busy it may well bring more that can share the commit. When it is
        idle its turns take no time, so nobody waits."""
        count = len(self._gathered)
        turns = QUIET if count > before else turns - 1
        if count and turns and time.monotonic() - self._gathered[0].since < TOGETHER:
            self._loop.call_soon(self._hand_over_when_quiet, count, turns)
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        self._queue.put(self._gathered)
        self._gathered = []

    def _waits_no_more(self, _future: "asyncio.Future[Any]") -> None:
        self._waiting -= 1

    def _work(self) -> None:
        try:
            batches = Batches(self._path, self._connect(self._path), self._availability)
        except (sqlite3.Error, OSError, StorageUnfitError) as error:
            failure: Exception = error
            if not isinstance(error, StorageUnfitError):
                failure = StorageUnavailableError(f"cannot open the database: {error}")
            self._tell([partial(self._opened.set_exception, failure)])
            return
        self._tell([partial(self._opened.set_result, None)])
        jobs: list[Job] = []
        more = True
        while more or jobs:
            more = self._take(jobs) and more
            if jobs:
                batch, rest = jobs[:LARGEST_BATCH], jobs[LARGEST_BATCH:]
                outcomes, unfinished = batches.attempt(batch)
                self._tell(outcomes)
                jobs = unfinished + rest
        batches.close()

    def _take(self, jobs: list[Job]) -> bool:
        """Add whatever has come, waiting only when there is nothing; drop whoever gave up. False
        when nothing more will come."""
        more = True
        while more and not (jobs and self._queue.empty()):
            gathered = self._queue.get()
            if gathered is None:
                more = False
            else:
                jobs += gathered
        jobs[:] = [job for job in jobs if job.waited_for]
        return more

    def _tell(self, outcomes: list[Outcome]) -> None:
        """One hop to the event loop for the whole batch."""
        self._loop.call_soon_threadsafe(_resolve, outcomes)


def _resolve(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        outcome()
