"""Run transactions on PostgreSQL, over a pool of connections."""

import asyncio
from functools import lru_cache
from typing import Any, Self, TypeAlias, TypeVar

import asyncpg

from adapters.storage.clock import StorageClock, database_clock
from adapters.storage.schema import expect_schema, migrate
from adapters.storage.transaction import SKIP_LOCKED, Transaction
from domain.errors import StorageUnavailableError

MIGRATION_LOCK = 7_306_051_219_104
MOST_CONNECTIONS = 10
PATIENCE = 5.0
UNREACHABLE = (
    OSError,
    TimeoutError,
    ValueError,  # of a URL that cannot be read: its message repeats parts of the password
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
)

T = TypeVar("T")

Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)


class PostgresStore:
    """Read committed; rows that are claimed at the same time by another instance are skipped."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", clock: StorageClock) -> None:
        self._pool = pool
        self.clock = clock
        self._abandoned: set[asyncio.Task[Any]] = set()

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
            )
        except UNREACHABLE as error:
            reason = type(error).__name__
            raise StorageUnavailableError(f"cannot reach the database: {reason}") from error
        return cls(pool, clock or database_clock())

    async def migrate(self) -> int:
        lock = ("SELECT pg_advisory_xact_lock($1)", (MIGRATION_LOCK,))
        return await self.run(migrate("postgres", lock))

    def now(self) -> float:
        return self.clock()

    async def close(self) -> None:
        await self.clock.stop()
        await self._pool.close()

    async def run(self, transaction: Transaction[T]) -> T:
        """A cancelled caller does not wait for the rollback, which may take as long as the database
        does to answer: it goes on in a task of its own."""
        task = asyncio.create_task(self._run(transaction))
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
        try:
            async with self._pool.acquire(timeout=PATIENCE) as connection, connection.transaction():
                return await drive(connection, transaction)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise StorageUnavailableError(f"the database failed: {type(error).__name__}") from error


async def drive(connection: Connection, transaction: Transaction[T]) -> T:
    try:
        statement, values = next(transaction)
        while True:
            rows = await connection.fetch(_dialect(statement), *values)
            statement, values = transaction.send(rows)
    except StopIteration as finished:
        result: T = finished.value
        return result


@lru_cache
def _dialect(statement: str) -> str:
    return statement.replace(SKIP_LOCKED, "FOR UPDATE SKIP LOCKED")
