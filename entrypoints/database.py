"""The database that the settings name: SQLite in a file, or PostgreSQL."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.plug_in import Finding
from adapters.storage.backup import BackedUp, back_up
from adapters.storage.clock import database_clock, file_clock
from adapters.storage.probe import look_at_sqlite
from adapters.storage.sqlite import SqliteStore
from adapters.system import epoch, since_boot
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from adapters.storage.postgres import PostgresStore

SQLITE = "sqlite:///"


async def open_store(
    url: str,
    *,
    create: bool = True,
    wall: Callable[[], float] = epoch,
    steady: Callable[[], float] = since_boot,
) -> "SqliteStore | PostgresStore":
    """Connect to the database. ``create`` makes it and brings its schema up where need be. Its
    clock is made of the machine's two. Raises StorageUnavailableError, StorageTooNewError, and
    without ``create`` StorageMissingError."""
    if url.startswith(SQLITE):
        path, clock = Path(url.removeprefix(SQLITE)), file_clock(wall, steady)
        if create:
            return await SqliteStore.open(path, clock)
        return await SqliteStore.open_existing(path, clock)
    from adapters.storage.postgres import PostgresStore  # noqa: PLC0415 - takes 3 MB

    clock = database_clock(steady)
    if create:
        return await PostgresStore.open(url, clock)
    return await PostgresStore.open_existing(url, clock)


async def look_at_database(settings: Settings) -> list[Finding]:
    """Whether the database can be used with these settings; nothing is made or changed."""
    url, ours = settings.database_url.get_secret_value(), settings.installation
    if url.startswith(SQLITE):
        return await look_at_sqlite(Path(url.removeprefix(SQLITE)), ours)
    from adapters.storage.postgres_probe import look_at_postgres  # noqa: PLC0415 - takes 3 MB

    return await look_at_postgres(url, ours)


def back_up_database(settings: Settings, to: Path, *, overwrite: bool) -> BackedUp | None:
    """Copy the database into a file; None when it is none that can be copied so. Raises what
    ``back_up`` raises."""
    url = settings.database_url.get_secret_value()
    if not url.startswith(SQLITE):
        return None
    path = Path(url.removeprefix(SQLITE))
    return back_up(path, to, settings.installation, overwrite=overwrite)


def storage_kind(settings: Settings) -> str:
    return "sqlite" if settings.database_url.get_secret_value().startswith(SQLITE) else "postgres"
