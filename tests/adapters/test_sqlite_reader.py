"""Rows that are read beside the storage thread: of the same file, and with the same refusals."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage.sqlite import SqliteStore
from domain.errors import StorageUnavailableError
from tests.adapters.test_sqlite_trouble import known, locked, noted, refused


@pytest.fixture
async def store(store: SqliteStore) -> SqliteStore:
    """A meeting is stored in it, and was read."""
    await store.run(noted("first"))
    assert await read(store) == ["first"]
    return store


async def read(store: SqliteStore) -> list[str]:
    rows = await store.read("SELECT meeting FROM meetings WHERE noted = $1 ORDER BY meeting", (0,))
    return [row["meeting"] for row in rows]


async def test_whatever_was_stored_is_read_at_once(store: SqliteStore) -> None:
    for number in range(3):
        await store.run(noted(f"meeting-{number}"))

        assert await read(store) == await store.run(known())


async def test_a_lock_holds_no_reading_up(store: SqliteStore, path: Path) -> None:
    with locked(path):
        assert await read(store) == ["first"]


async def test_of_a_deleted_file_nothing_is_read(store: SqliteStore, path: Path) -> None:
    os.unlink(path)

    for _ in range(2):
        with pytest.raises(StorageUnavailableError):
            await read(store)


async def test_of_a_file_that_is_moved_back_is_read_again(store: SqliteStore, path: Path) -> None:
    away = path.with_name("away.db")
    os.rename(path, away)
    await refused(store)
    os.rename(away, path)
    await store.run(noted("second"))

    assert await read(store) == ["first", "second"]


async def test_of_a_copy_in_its_place_is_read_what_it_holds(store: SqliteStore, path: Path) -> None:
    copy = path.with_name("copy.db")
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    await store.run(noted("not-in-the-copy"))
    os.replace(copy, path)

    assert await read(store) == ["first"]


async def test_of_another_installations_file_nothing_is_read(
    store: SqliteStore, path: Path
) -> None:
    theirs = path.with_name("theirs.db")
    await (await SqliteStore.open(theirs)).close()
    os.replace(theirs, path)

    with pytest.raises(StorageUnavailableError):
        await read(store)


async def test_without_its_wal_file_what_comes_later_is_read(
    store: SqliteStore, path: Path
) -> None:
    os.unlink(f"{path}-wal")
    await store.run(noted("second"))

    assert await read(store) == ["first", "second"]


async def test_of_a_closed_store_nothing_is_read(path: Path) -> None:
    store = await SqliteStore.open(path)
    await store.close()

    with pytest.raises(StorageUnavailableError):
        await read(store)
