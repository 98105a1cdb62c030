"""Migrations: applied once, together or alone; a newer schema than ours is refused."""

import asyncio
import stat
from pathlib import Path

import asyncpg
import pytest

from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.postgres import PostgresStore
from adapters.storage.presence import StoredPresence
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Store, Transaction
from domain.errors import StorageTooNewError, StorageUnavailableError
from tests.older_schema import emptied, older_schema
from tests.waiting import PATIENCE

POISONED = """
INSERT INTO deliveries (key, event, body, state, received, settled, why)
VALUES ($1, '', $2, 2, 1, 2, $3)
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_applying_again_changes_nothing(store: SqliteStore | PostgresStore) -> None:
    assert await store.migrate() == 0


async def test_a_schema_of_the_future_is_refused(store: SqliteStore | PostgresStore) -> None:
    await store.run(future())
    try:
        with pytest.raises(StorageTooNewError, match="9999"):
            await store.migrate()
    finally:
        await store.run(present())


def future() -> Transaction[None]:
    yield "INSERT INTO schema_versions (version) VALUES (9999)", ()


def present() -> Transaction[None]:
    yield "DELETE FROM schema_versions WHERE version = 9999", ()


async def test_two_instances_on_postgres_may_start_together(postgres_url: str) -> None:
    first = await PostgresStore.open(postgres_url)
    await first.run(emptied())

    others = await asyncio.gather(*(PostgresStore.open(postgres_url) for _ in range(3)))

    assert [await store.migrate() for store in others] == [0, 0, 0]
    for store in (first, *others):
        await store.close()


async def test_the_sqlite_file_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "storage.db"
    store = await SqliteStore.open(path)
    await store.migrate()

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert path.name in modes
    assert [name for name, mode in modes.items() if mode & 0o077] == []
    await store.close()


def broken() -> Transaction[None]:
    yield "INSERT INTO meetings (meeting, title, noted) VALUES ('m', 't', 0)", ()
    raise ValueError("a bug")


def count() -> Transaction[int]:
    (row,) = yield "SELECT count(*) AS n FROM meetings", ()
    n: int = row["n"]
    return n


async def test_a_transaction_that_fails_leaves_nothing_and_fails_no_other(
    store: Store,
) -> None:
    failing, counted = await asyncio.gather(
        store.run(broken()), store.run(count()), return_exceptions=True
    )

    assert isinstance(failing, ValueError)
    assert counted == 0
    assert await store.run(count()) == 0


def nonsense() -> Transaction[None]:
    yield "SELECT * FROM nowhere", ()


async def test_a_database_that_fails_is_unavailable_and_the_store_lives(store: Store) -> None:
    with pytest.raises(StorageUnavailableError):
        await store.run(nonsense())

    assert await store.run(count()) == 0


async def test_a_place_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailableError):
        await SqliteStore.open(tmp_path)
    with pytest.raises(StorageUnavailableError):
        await PostgresStore.open("postgresql://nobody@127.0.0.1:1/none")


async def test_a_closed_store_refuses_and_nobody_hangs(
    store: SqliteStore | PostgresStore,
) -> None:
    await store.close()

    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StorageUnavailableError):
            await store.run(count())


async def test_what_comes_before_a_sqlite_store_closes_is_done_and_what_comes_after_is_refused(
    tmp_path: Path,
) -> None:
    store = await SqliteStore.open(tmp_path / "storage.db")

    before = store.run(count())
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    behind = store.run(count())

    async with asyncio.timeout(PATIENCE):
        assert await before == 0
        with pytest.raises(StorageUnavailableError):
            await behind
        await closing


async def test_a_postgres_store_that_cannot_migrate_leaves_no_connection(
    fresh_postgres: str,
) -> None:
    store = await PostgresStore.open(fresh_postgres)
    await store.run(future())
    await store.close()

    with pytest.raises(StorageTooNewError) as caught:
        await PostgresStore.open(fresh_postgres)

    assert caught.traceback  # which keeps the pool alive, so that nothing else has closed it
    watching = await asyncpg.connect(fresh_postgres)
    async with asyncio.timeout(PATIENCE):
        while await watching.fetchval(OTHERS):  # the server takes a moment to see it off
            pass
    await watching.close()


async def test_two_stores_on_one_sqlite_file_lose_nothing(tmp_path: Path) -> None:
    stores = [await SqliteStore.open(tmp_path / "storage.db") for _ in range(2)]

    def note(meeting: str) -> Transaction[None]:
        yield "INSERT INTO meetings (meeting, title, noted) VALUES ($1, 't', 0)", (meeting,)

    await asyncio.gather(
        *(store.run(note(f"{which}-{n}")) for n in range(100) for which, store in enumerate(stores))
    )

    assert await stores[0].run(count()) == 200
    for store in stores:
        await store.close()


def waiting() -> Transaction[None]:
    yield "SELECT pg_sleep(30)", ()


async def test_a_caller_whose_time_is_up_stops_waiting_while_postgres_hangs(
    postgres_url: str,
) -> None:
    store = await PostgresStore.open(postgres_url)
    asleep = asyncio.create_task(store.run(waiting()))
    await asyncio.sleep(0)

    asleep.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asleep

    assert await store.run(count()) >= 0
    await store.close()


async def test_what_was_set_aside_because_processes_died_over_it_is_tried_again(
    store: SqliteStore | PostgresStore,
) -> None:
    await store.run(emptied())
    await store.run(older_schema("sqlite" if isinstance(store, SqliteStore) else "postgres", 12))
    await store.run(poisoned())

    await store.migrate()

    seats, deliveries = StoredPresence(store), StoredDeliveries(store)
    (seat,) = await seats.claim_seats(9, now=99, lease=1, suspects=True)
    (delivery,) = await deliveries.claim_deliveries(9, now=99, lease=1, suspects=True)
    assert (seat.seat.person, delivery.key) == ("dra-ana", "k-1")


def poisoned() -> Transaction[None]:
    """Both kinds, as the version before left them, and a delivery that was refused for good."""
    yield (
        "INSERT INTO seats (referral, meeting, person, why) VALUES ('e', 'm', 'dra-ana', 'poison')",
        (),
    )
    for key, why in (("k-1", "poison"), ("k-2", "malformed-event")):
        values = (key, b"{}", why)
        yield POISONED, values
