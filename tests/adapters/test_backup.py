"""A copy of a SQLite file: whole, its owner's alone, and in nobody's place unless that was said."""

import stat
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.storage.backup import back_up
from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.schema import newest_version
from adapters.storage.sqlite import SqliteStore
from domain.errors import StorageMissingError, StorageTooNewError, StorageUnavailableError
from domain.installation import ForeignStorageError
from entrypoints.cli.backup import backup
from entrypoints.settings import Settings
from tests.builders import OURS, a_session_end
from tests.contract.test_schema import future
from tests.older_schema import emptied, older_schema


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy.db"


@pytest.fixture
async def store(store: SqliteStore) -> SqliteStore:
    """Open, as while the service runs, with a webhook in it."""
    await StoredDeliveries(store).receive("k", b"{}", a_session_end(), now=0, due=0)
    return store


def looked_at(copy: Path) -> tuple[int, int, list[Path]]:
    """Its size, its mode, and what is beside it."""
    found = copy.stat()
    return found.st_size, stat.S_IMODE(found.st_mode), sorted(copy.parent.iterdir())


async def test_a_copy_of_an_open_file_is_whole_and_its_owners_alone(
    store: SqliteStore, path: Path, copy: Path
) -> None:
    made = back_up(path, copy, OURS, overwrite=False)

    assert made.version == newest_version("sqlite")
    assert looked_at(copy) == (made.size, 0o600, [copy, path.parent])
    restored = await SqliteStore.open_existing(copy)
    repeat = await StoredDeliveries(restored).receive("k", b"{}", None, now=1, due=1)
    assert repeat == await StoredDeliveries(store).receive("k", b"{}", None, now=1, due=1)
    await restored.close()


def test_a_file_that_is_there_is_replaced_only_when_that_is_said(
    store: SqliteStore, path: Path, copy: Path
) -> None:
    copy.write_text("something else")

    with pytest.raises(FileExistsError, match="--overwrite"):
        back_up(path, copy, OURS, overwrite=False)
    assert copy.read_text() == "something else"

    made = back_up(path, copy, OURS, overwrite=True)
    assert copy.stat().st_size == made.size


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_the_database_itself_is_never_the_copys_place(
    store: SqliteStore, path: Path, suffix: str
) -> None:
    there = path.parent / ".." / "data" / f"{path.name}{suffix}"

    with pytest.raises(FileExistsError, match="the database itself"):
        back_up(path, there, OURS, overwrite=True)


async def test_what_cannot_be_a_backup_leaves_nothing_behind(
    store: SqliteStore, path: Path, copy: Path
) -> None:
    with pytest.raises(ForeignStorageError, match="organization org"):
        back_up(path, copy, replace(OURS, organization="another"), overwrite=False)
    with pytest.raises(StorageMissingError):
        back_up(path.with_name("none.db"), copy, OURS, overwrite=False)
    empty = path.with_name("empty.db")
    empty.touch()
    with pytest.raises(StorageMissingError, match="nothing of this service"):
        back_up(empty, copy, OURS, overwrite=False)
    damaged = path.with_name("damaged.db")
    damaged.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageUnavailableError, match="cannot be copied"):
        back_up(damaged, copy, OURS, overwrite=False)
    await store.run(future())
    with pytest.raises(StorageTooNewError):
        back_up(path, copy, OURS, overwrite=False)

    assert sorted(copy.parent.iterdir()) == [path.parent]


async def test_before_an_upgrade_a_database_of_an_older_version_can_be_copied(
    store: SqliteStore, path: Path, copy: Path
) -> None:
    await store.run(emptied())
    await store.run(older_schema("sqlite", 18))

    assert back_up(path, copy, OURS, overwrite=False).version == 18


def test_on_postgresql_the_command_says_what_to_run_and_shows_no_password(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    url = SecretStr("postgresql://videochamadas:geheim@127.0.0.1/videochamadas")
    elsewhere = settings.model_copy(update={"database_url": url})

    code = backup(elsewhere, Namespace(file=Path("monday.dump"), overwrite=False))

    said = capsys.readouterr().err
    assert code == 2
    assert "pg_dump --format=custom --file=FILE" in said
    assert "pg_restore --exit-on-error" in said
    assert "geheim" not in said
