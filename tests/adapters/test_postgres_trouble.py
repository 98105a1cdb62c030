"""What PostgreSQL's sessions do to one another when one is frozen, cut off or keeps a lock."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import asyncpg
import pytest
from structlog.testing import capture_logs

from adapters.storage.clock import database_clock
from adapters.storage.locked_rows import MOST_WAITING
from adapters.storage.meetings import StoredMeetings
from adapters.storage.postgres import MIGRATION_LOCK, MOST_CONNECTIONS, PostgresStore
from adapters.storage.postgres_session import DEAD_AFTER, EVERY, SESSION, TIMES
from adapters.storage.transaction import Rows, Transaction
from domain.errors import StorageUnavailableError
from domain.meeting import MeetingId
from tests.waiting import PATIENCE, all_done


@pytest.fixture
async def store(fresh_postgres: str) -> AsyncIterator[PostgresStore]:
    opened = await PostgresStore.open(fresh_postgres)
    yield opened
    await opened.close()


@pytest.fixture
async def watching(fresh_postgres: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A session of somebody else's."""
    connection = await asyncpg.connect(fresh_postgres)
    yield connection
    await connection.close()


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def one_frozen(url: str, meeting: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A session in a transaction that has a meeting's row locked."""
    connection = await asyncpg.connect(url, server_settings=SESSION)
    await connection.execute("BEGIN")
    await connection.execute("UPDATE meetings SET noted = 2 WHERE meeting = $1", meeting)
    return connection


def touched(meeting: str) -> Transaction[None]:
    yield "UPDATE meetings SET noted = noted WHERE meeting = $1", (meeting,)


def asked(statement: str, *values: object) -> Transaction[Rows]:
    return (yield statement, values)


async def add(store: PostgresStore, *meetings: str) -> None:
    for meeting in meetings:
        await StoredMeetings(store).add(MeetingId(meeting), "enc-1", now=1)


async def few_wait(store: PostgresStore, crowd: list["asyncio.Task[None]"], most: int) -> None:
    """While some of them go on waiting for a lock, all the others are refused and one who needs
    nothing of theirs is served."""
    async with asyncio.timeout(PATIENCE):
        while len(waiting := [one for one in crowd if not one.done()]) > most:
            await store.run(touched("free"))
    assert waiting


async def test_a_frozen_session_costs_only_those_who_need_what_it_has_locked(
    store: PostgresStore, fresh_postgres: str
) -> None:
    await add(store, "locked", "free")
    holder = await one_frozen(fresh_postgres, "locked")
    with frozen(holder.get_server_pid()):
        crowd = [asyncio.create_task(store.run(touched("locked"))) for _ in range(50)]
        refused = await asyncio.gather(*crowd, return_exceptions=True)
        assert {type(one) for one in refused} == {StorageUnavailableError}

        crowd = [asyncio.create_task(store.run(touched("locked"))) for _ in range(50)]
        await few_wait(store, crowd, 1)
        await asyncio.gather(*crowd, return_exceptions=True)
        await store.check()
    holder.terminate()

    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await store.run(touched("locked"))
            except StorageUnavailableError:
                continue
            break


async def test_many_locked_rows_leave_most_of_the_pool_to_others(
    store: PostgresStore, fresh_postgres: str, watching: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    locked = [f"m-{number}" for number in range(MOST_CONNECTIONS)]
    await add(store, "free", *locked)
    await watching.execute("BEGIN")
    await watching.execute("UPDATE meetings SET noted = 2 WHERE meeting <> 'free'")
    everyone = [store.run(touched(meeting)) for meeting in locked]
    assert all(await asyncio.gather(*everyone, return_exceptions=True))

    crowd = [asyncio.create_task(store.run(touched(meeting))) for meeting in locked * 3]
    await few_wait(store, crowd, MOST_WAITING)
    await asyncio.gather(*crowd, return_exceptions=True)
    await watching.execute("ROLLBACK")
    await store.run(touched("m-0"))


async def test_a_session_that_says_nothing_inside_a_transaction_is_ended_by_the_server(
    store: PostgresStore, fresh_postgres: str
) -> None:
    await add(store, "locked")
    settings = SESSION | {"idle_in_transaction_session_timeout": "100"}
    silent = await asyncpg.connect(fresh_postgres, server_settings=settings)
    await silent.execute("BEGIN")
    await silent.execute("UPDATE meetings SET noted = 2")

    await store.run(touched("locked"))

    assert int(SESSION["idle_in_transaction_session_timeout"]) <= 5000
    await asyncio.sleep(0)
    broken = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
    with pytest.raises(broken):
        await silent.execute("COMMIT")


async def test_each_session_has_its_limits_and_both_sides_notice_a_dead_one(
    store: PostgresStore,
) -> None:
    told = await store.run(asked("SELECT name, setting FROM pg_settings"))
    settings = {row["name"]: row["setting"] for row in told}
    async with store._pool.acquire() as connection:
        transport = connection._transport  # type: ignore[attr-defined]
        ours: socket.socket = transport.get_extra_info("socket")

    assert SESSION.items() <= settings.items()
    assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    for option, value in (("IDLE", DEAD_AFTER), ("INTVL", EVERY), ("CNT", TIMES)):
        if hasattr(socket, f"TCP_KEEP{option}"):
            number: int = getattr(socket, f"TCP_KEEP{option}")
            assert ours.getsockopt(socket.IPPROTO_TCP, number) == value
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == DEAD_AFTER * 1000


async def test_a_held_migration_lock_is_waited_for_and_that_is_said(
    fresh_postgres: str, watching: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await watching.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
    with capture_logs() as logs:
        opening = asyncio.create_task(PostgresStore.open(fresh_postgres))

        async with asyncio.timeout(PATIENCE):
            while not logs:
                await asyncio.wait([opening], timeout=0.01)
    assert not opening.done()
    assert [line["event"] for line in logs] == ["storage.waiting"]

    await watching.execute("SELECT pg_advisory_unlock($1)", MIGRATION_LOCK)

    await (await opening).close()


NOTES_ITS_LIMIT = """
CREATE TABLE limits (seen text);
CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO limits VALUES (current_setting('statement_timeout')); END $$;
CREATE EVENT TRIGGER noting ON ddl_command_end EXECUTE FUNCTION note();
"""


async def test_a_migration_may_take_longer_than_any_other_statement(
    fresh_postgres: str, watching: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await watching.execute(NOTES_ITS_LIMIT)

    await (await PostgresStore.open(fresh_postgres)).close()

    seen = await watching.fetch("SELECT DISTINCT seen FROM limits")
    assert [row["seen"] for row in seen] == ["0"]


class Broken:
    """A driver that fails in a way of its own."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def acquire(self, timeout: float) -> "Broken":
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InternalClientError("got result for unknown protocol state"),
        asyncpg.exceptions.ProtocolError("unexpected message"),
        asyncpg.InterfaceError("pool is closing"),
        asyncpg.TooManyConnectionsError("sorry"),
        ConnectionResetError(),
        TimeoutError(),
        EOFError(),
        RuntimeError("unable to perform operation on <TCPTransport closed=True>"),
        asyncio.InvalidStateError("invalid state"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_whatever_the_driver_raises_is_storage_that_is_unavailable(error: Exception) -> None:
    store = PostgresStore("", Broken(error), database_clock())  # type: ignore[arg-type]

    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(StorageUnavailableError, match=type(error).__name__):
                await store.run(touched("m-1"))

    assert [line["event"] for line in logs] == ["storage.unavailable"]


async def test_a_statement_that_cannot_be_right_is_seen_as_the_bug_it_is(
    store: PostgresStore,
) -> None:
    await add(store, "m-1")

    with pytest.raises(asyncpg.UniqueViolationError):
        await store.run(
            asked("INSERT INTO meetings (meeting, title, noted) VALUES ('m-1', 't', 0)")
        )
    with pytest.raises(asyncpg.DataError):
        await store.run(touched(3))  # type: ignore[arg-type]
    await store.check()


async def test_a_session_that_was_ended_is_replaced_and_both_changes_are_said_once(
    store: PostgresStore, watching: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await add(store, "m-1")
    ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> $1"
    with capture_logs() as logs:
        await watching.execute(
            f"{ended} AND datname = current_database()", watching.get_server_pid()
        )
        results = [asyncio.create_task(store.run(touched("m-1"))) for _ in range(MOST_CONNECTIONS)]
        await asyncio.wait(results)
        await store.run(touched("m-1"))

    assert len(logs) in {0, 2}, logs
    await all_done([asyncio.create_task(store.check())])


async def test_a_database_that_may_only_be_read_is_not_ready(
    store: PostgresStore, watching: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    (name,) = await store.run(asked("SELECT current_database() AS it"))
    await watching.execute(f"ALTER DATABASE {name['it']} SET default_transaction_read_only = on")
    await store._pool.expire_connections()

    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(StorageUnavailableError):
                await store.run(touched("m-1"))
            with pytest.raises(StorageUnavailableError):
                await store.check()
    assert [line["event"] for line in logs] == ["storage.unavailable"]

    await watching.execute("SET default_transaction_read_only = off")
    await watching.execute(f"ALTER DATABASE {name['it']} RESET default_transaction_read_only")
    await store._pool.expire_connections()
    await store.check()
