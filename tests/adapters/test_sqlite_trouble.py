"""What SQLite does when its file is locked, gone, replaced, full or read-only."""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.storage.availability import Availability
from adapters.storage.installation import StoredInstallation
from adapters.storage.sqlite import MOST_WAITING, SqliteStore
from adapters.storage.sqlite_batch import LONGEST_LOCK, Batches, Job
from adapters.storage.sqlite_file import opened
from adapters.storage.transaction import Transaction
from domain.errors import StorageUnavailableError
from domain.installation import Installation
from tests.disks import full, small_disk
from tests.waiting import PATIENCE


def noted(meeting: str) -> Transaction[None]:
    yield "INSERT INTO meetings (meeting, title, noted) VALUES ($1, 't', 0)", (meeting,)


def known() -> Transaction[list[str]]:
    rows = yield "SELECT meeting FROM meetings ORDER BY meeting", ()
    return [row["meeting"] for row in rows]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """As another process would keep it locked."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def refused(store: SqliteStore, meeting: str = "refused") -> None:
    """Nothing is stored, and whoever asks whether it could be hears no."""
    with pytest.raises(StorageUnavailableError):
        await store.run(noted(meeting))
    with pytest.raises(StorageUnavailableError):
        await store.check()


def content(path: Path) -> bytes:
    return path.read_bytes()


def fill(path: Path, text: bytes) -> None:
    path.write_bytes(text)


def opened_files() -> set[str]:
    """Of this process, also those that have no name any more."""
    return {os.readlink(one.path) for one in os.scandir("/proc/self/fd") if one.is_symlink()}


def filled(number: int) -> Transaction[set[str]]:
    """A transaction of 1 MB, and what was open before its end."""
    for meeting in range(100):
        yield (
            "INSERT INTO published_keys (url, value, fetched) VALUES ($1, $2, $3)"
            " ON CONFLICT (url) DO UPDATE SET value = excluded.value",
            (f"key-{meeting}", str(number) * 10_000, 0),
        )
    return opened_files()


def said(logs: Sequence[Mapping[str, object]]) -> list[object]:
    return [line["event"] for line in logs]


async def test_whoever_gives_up_while_the_file_is_locked_leaves_nothing(
    store: SqliteStore, path: Path
) -> None:
    with locked(path):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await store.run(noted("given-up"))
        patient = store.run(noted("patient"))
    await patient

    assert await store.run(known()) == ["patient"]


async def test_of_those_who_wait_only_so_many_are_let_in(store: SqliteStore, path: Path) -> None:
    with locked(path):
        waiting = [store.run(noted(f"m-{number:04}")) for number in range(MOST_WAITING)]
        with pytest.raises(StorageUnavailableError, match="too many"):
            await store.run(noted("one-too-many"))
        for future in waiting[1:]:
            future.cancel()
        await asyncio.sleep(0)
        let_in = store.run(noted("let-in"))
    await asyncio.gather(waiting[0], let_in)

    assert await store.run(known()) == ["let-in", "m-0000"]


async def test_a_lock_that_lasts_fails_those_who_have_waited_long_enough_and_no_others(
    store: SqliteStore, path: Path
) -> None:
    seconds = 100.0
    availability = Availability(lambda: seconds)
    batches = Batches(path, opened(path), availability, lambda: seconds)
    loop = asyncio.get_running_loop()
    early = Job(noted("early"), loop.create_future(), seconds)
    with locked(path):
        assert batches.attempt([early]) == ([], [early])
        seconds += LONGEST_LOCK + 1
        late = Job(noted("late"), loop.create_future(), seconds)
        outcomes, waiting = batches.attempt([early, late])
        assert availability.why is not None
    assert waiting == [late]
    for outcome in outcomes:
        outcome()
    with pytest.raises(StorageUnavailableError):
        await early.future

    batches.attempt([late])

    assert await store.run(known()) == ["late"]
    assert availability.why is None
    batches.close()


async def test_a_deleted_file_is_noticed_and_no_empty_one_takes_its_place(
    store: SqliteStore, path: Path
) -> None:
    os.unlink(path)

    with capture_logs() as logs:
        for _ in range(3):
            await refused(store)

    assert said(logs) == ["storage.unavailable"]
    assert "storage.db" not in os.listdir(path.parent)


async def test_a_file_that_is_moved_back_is_gone_on_with(store: SqliteStore, path: Path) -> None:
    await store.run(noted("before"))
    away = path.with_name("away.db")
    with capture_logs() as logs:
        os.rename(path, away)
        await refused(store)
        os.rename(away, path)
        await store.run(noted("after"))

    assert await store.run(known()) == ["after", "before"]
    await store.check()
    assert said(logs) == ["storage.unavailable", "storage.back"]


async def test_a_file_that_was_moved_away_is_whole(store: SqliteStore, path: Path) -> None:
    await store.run(noted("before"))
    away = path.with_name("away.db")
    os.rename(path, away)
    await refused(store)

    with closing(sqlite3.connect(away)) as whole:
        assert whole.execute("SELECT meeting FROM meetings").fetchall() == [("before",)]


async def test_a_copy_of_the_same_installation_is_gone_on_with(
    store: SqliteStore, path: Path
) -> None:
    await store.run(noted("in-both"))
    copy = path.with_name("copy.db")
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(copy),))
    await store.run(noted("not-in-the-copy"))

    os.replace(copy, path)
    await store.run(noted("after"))

    assert await store.run(known()) == ["after", "in-both"]


@pytest.mark.parametrize("owner", [None, Installation("other", "org", "https://other.example")])
async def test_another_installations_file_is_refused_and_not_changed(
    store: SqliteStore, path: Path, owner: Installation | None
) -> None:
    theirs = path.with_name("theirs.db")
    others = await SqliteStore.open(theirs)
    if owner is not None:
        await StoredInstallation(others).take(owner)
    await others.close()
    os.replace(theirs, path)
    before = content(path)

    for _ in range(2):
        await refused(store)

    assert content(path) == before


async def test_something_else_in_its_place_is_refused(store: SqliteStore, path: Path) -> None:
    os.unlink(path)
    fill(path, b"not a database")

    await refused(store)

    assert content(path) == b"not a database"


async def test_without_its_wal_file_nothing_is_lost(store: SqliteStore, path: Path) -> None:
    await store.run(noted("before"))
    os.unlink(f"{path}-wal")

    await store.run(noted("after"))

    with closing(sqlite3.connect(path)) as another:
        found = another.execute("SELECT meeting FROM meetings ORDER BY meeting").fetchall()
    assert found == [("after",), ("before",)]


async def test_a_file_that_is_gone_is_noticed_while_nobody_writes(
    store: SqliteStore, path: Path
) -> None:
    os.unlink(path)

    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await store.check()
            except StorageUnavailableError:
                break


@pytest.mark.processes
async def test_a_full_disk_is_a_refusal_and_with_room_it_goes_on(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk:
        store = await SqliteStore.open(disk / "storage.db")
        with capture_logs() as logs:
            async with full(store, disk):
                await refused(store, "x" * 200_000)
            await store.run(noted("after"))

        assert await store.run(known()) == ["after"]
        assert said(logs) == ["storage.unavailable", "storage.back"]
        await store.close()


async def test_a_file_is_whole_without_its_wal_file_once_its_service_has_stopped(
    store: SqliteStore, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("SELECT * FROM meetings").fetchall()  # who else has it open keeps the -wal
        await store.run(noted("before"))

        await store.close()

        how = "file:{}?mode=ro&immutable=1"
        with closing(sqlite3.connect(how.format(path), uri=True)) as alone:
            assert alone.execute("SELECT meeting FROM meetings").fetchall() == [("before",)]


async def test_a_database_that_may_only_be_read_is_a_refusal_and_it_goes_on_by_itself(
    store: SqliteStore, path: Path
) -> None:
    def only_read(value: int) -> Transaction[None]:
        yield f"PRAGMA query_only = {value}", ()

    with capture_logs() as logs:
        await store.run(only_read(1))
        with pytest.raises(StorageUnavailableError):
            await store.run(noted("refused"))
        await store.run(noted("after"))

    assert await store.run(known()) == ["after"]
    assert said(logs) == ["storage.unavailable", "storage.back"]


@pytest.mark.parametrize("opening", [SqliteStore.open, SqliteStore.open_existing])
async def test_nothing_is_written_outside_its_folder(
    store: SqliteStore,
    path: Path,
    opening: Callable[[Path], Awaitable[SqliteStore]],
) -> None:
    await store.close()
    reopened = await opening(path)
    try:
        before = opened_files()
        for number in range(2):
            new = await reopened.run(filled(number)) - before
            assert {Path(file).parent for file in new} <= {path.parent}
    finally:
        await reopened.close()
