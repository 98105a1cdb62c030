"""Run transactions on PostgreSQL, over a pool of connections."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, Self, TypeVar

import asyncpg
import structlog

from adapters.storage.availability import Availability
from adapters.storage.clock import StorageClock, database_clock
from adapters.storage.locked_rows import Connection, LockedRows
from adapters.storage.postgres_session import MIGRATING, PATIENCE, SESSION, KeptAlive
from adapters.storage.schema import expect_schema, migrate
from adapters.storage.transaction import SKIP_LOCKED, Rows, Transaction
from domain.errors import StorageUnavailableError

MIGRATION_LOCK = 7_306_051_219_104
MOST_CONNECTIONS = 10
PAUSE = 0.5
LOOK = 1.0
"""Seconds for an answer to the question whether the database can be written."""
UNREACHABLE = (
    OSError,
    ValueError,  # of a URL that cannot be read: its message repeats parts of the password
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
BUGS = (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError, asyncpg.PostgresSyntaxError)
"""What the database refuses because we asked for the wrong thing: raised as they are, so that they
are logged with their tracebacks. Trying again does not help."""
OF_ONE_TRANSACTION = (
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,  # a deadlock
    asyncpg.QueryCanceledError,
)
ONLY_READ = "the database can only be read"
READ_ONLY = "SELECT current_setting('transaction_read_only') AS it"

T = TypeVar("T")
Fetch = Callable[[str, Sequence[object]], Awaitable[Rows]]

log = structlog.get_logger()


class _RaisedError(Exception):
    """What a transaction itself raised; whatever else is raised around it is the driver's."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class PostgresStore:
    """Read committed; rows that are claimed at the same time by another instance are skipped."""

    def __init__(self, url: str, pool: "asyncpg.Pool[asyncpg.Record]", clock: StorageClock) -> None:
        self._url = url
        self._pool = pool
        self.clock = clock
        self._abandoned: set[asyncio.Task[Any]] = set()
        self._locked = LockedRows()
        self._availability = Availability()
        self._answered = 0

    @classmethod
    async def open(cls, url: str, clock: StorageClock | None = None) -> Self:
        """Connects and brings the schema up; instances that start together wait for each other."""
        store = await cls._connected(url, clock)
        try:
            await store.migrate()
            await store.clock.start(store.run)
        except BaseException:
            await store.close()
            raise
        return store

    @classmethod
    async def open_existing(cls, url: str, clock: StorageClock | None = None) -> Self:
        """A database whose schema has this version, which is neither made nor brought up. Raises
        StorageMissingError, StorageTooNewError."""
        store = await cls._connected(url, clock)
        try:
            await store.run(expect_schema("postgres"))
            await store.clock.start(store.run)
        except BaseException:
            await store.close()
            raise
        return store

    @classmethod
    async def _connected(cls, url: str, clock: StorageClock | None) -> Self:
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=MOST_CONNECTIONS,
                timeout=PATIENCE,
                command_timeout=PATIENCE,
                server_settings=SESSION,
                connection_class=KeptAlive,
            )
        except UNREACHABLE as error:
            reason = type(error).__name__
            raise StorageUnavailableError(f"cannot reach the database: {reason}") from error
        return cls(url, pool, clock or database_clock())

    async def migrate(self) -> int:
        """Waits for as long as somebody else migrates or keeps a table locked, and says so."""
        while True:
            try:
                return await self._migrated()
            except asyncpg.LockNotAvailableError:
                log.warning("storage.waiting", waits_for="a migration, or a lock of a table")
                await asyncio.sleep(PAUSE)
            except UNREACHABLE as error:
                reason = type(error).__name__
                raise StorageUnavailableError(f"cannot migrate: {reason}") from error

    async def _migrated(self) -> int:
        """On a connection of its own, which ends nothing that takes long."""
        lock = ("SELECT pg_advisory_xact_lock($1)", (MIGRATION_LOCK,))
        connection = await asyncpg.connect(
            self._url, timeout=PATIENCE, server_settings=MIGRATING, connection_class=KeptAlive
        )
        try:
            async with connection.transaction():
                return await drive(plainly(connection), migrate("postgres", lock))
        finally:
            connection.terminate()

    def now(self) -> float:
        return self.clock()

    async def close(self) -> None:
        """A session that does not answer is not waited for."""
        await self.clock.stop()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def check(self) -> None:
        if self._availability.is_news and self._availability.why is None:
            return
        try:
            async with asyncio.timeout(LOOK):
                only_read = await self.run(_read_only())
        except TimeoutError as error:
            raise StorageUnavailableError("the database did not answer in time") from error
        if only_read:
            self._availability.failed(ONLY_READ)
            raise StorageUnavailableError(ONLY_READ)
        self._availability.worked()

    async def run(self, transaction: Transaction[T]) -> T:
        return await self._shielded(self._run(transaction))

    async def read(self, statement: str, values: tuple[object, ...]) -> Rows:
        return await self._shielded(self._read(statement, values))

    async def _shielded(self, work: Coroutine[Any, Any, T]) -> T:
        """A cancelled caller does not wait for the rollback, which may take as long as the database
        does to answer: it goes on in a task of its own."""
        task = asyncio.create_task(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.cancel()
            self._abandoned.add(task)
            task.add_done_callback(self._forget)
            raise

    def _forget(self, task: "asyncio.Task[Any]") -> None:
        self._abandoned.discard(task)
        if not task.cancelled():
            task.exception()

    async def _run(self, transaction: Transaction[T]) -> T:
        with self._failures():
            async with self._pool.acquire(timeout=PATIENCE) as connection, connection.transaction():
                fetch = partial(self._locked.fetch, connection)
                result, wrote = await drive(fetch, _marked(transaction))
        if wrote:
            self._availability.worked()
        return result

    async def _read(self, statement: str, values: tuple[object, ...]) -> Rows:
        with self._failures():
            async with self._pool.acquire(timeout=PATIENCE) as connection:
                return await self._locked.fetch(connection, statement, values)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Whatever the driver raises becomes a StorageUnavailableError, but for bugs of ours."""
        before = self._answered
        try:
            yield
        except StorageUnavailableError:
            raise
        except _RaisedError as raised:
            raise raised.error from raised.error.__cause__
        except BUGS:
            raise
        except Exception as error:
            raise self._unavailable(error, alone=self._answered > before) from error
        self._answered += 1

    def _unavailable(self, error: Exception, *, alone: bool) -> StorageUnavailableError:
        """``alone``: others succeeded meanwhile, so it is one session that has failed."""
        why = type(error).__name__
        if isinstance(error, asyncpg.SyntaxOrAccessError):
            log.error("storage.refused", why=why)
        elif not alone and not isinstance(error, OF_ONE_TRANSACTION):
            self._availability.failed(why)
        return StorageUnavailableError(f"the database failed: {why}")


def _marked(transaction: Transaction[T]) -> Transaction[tuple[T, bool]]:
    """Its result, and whether it had anything but reads."""
    wrote = False
    try:
        statement = next(transaction)
        while True:
            wrote = wrote or not statement[0].lstrip().startswith("SELECT")
            statement = transaction.send((yield statement))
    except StopIteration as finished:
        return finished.value, wrote
    except Exception as error:
        raise _RaisedError(error) from error


async def drive(fetch: Fetch, transaction: Transaction[T]) -> T:
    try:
        statement, values = next(transaction)
        while True:
            rows = await fetch(_dialect(statement), values)
            statement, values = transaction.send(rows)
    except StopIteration as finished:
        result: T = finished.value
        return result


def plainly(connection: Connection) -> Fetch:
    async def fetch(statement: str, values: Sequence[object]) -> Rows:
        return await connection.fetch(statement, *values)

    return fetch


def _read_only() -> Transaction[bool]:
    (row,) = yield READ_ONLY, ()
    return bool(row["it"] == "on")


@lru_cache
def _dialect(statement: str) -> str:
    return statement.replace(SKIP_LOCKED, "FOR UPDATE SKIP LOCKED")
