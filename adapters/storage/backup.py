"""Copy a SQLite database while others write to it; the copy gets its name once it is verified."""

import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from adapters.storage import sqlite_file
from adapters.storage.probe import Seen, seen_in
from adapters.storage.schema import MADE_BY, refuse_newer
from domain.errors import StorageMissingError, StorageUnavailableError
from domain.installation import ForeignStorageError, Installation

SUFFIXES = ("", "-wal", "-shm", "-journal")
"""Of a database's own files."""
THERE = "the file is there already; --overwrite replaces it"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """The copy's size in bytes and its schema's version."""

    size: int
    version: int


def back_up(path: Path, to: Path, ours: Installation, *, overwrite: bool) -> BackedUp:
    """The copy holds whatever was committed before the call, and is readable by its owner alone.

    Nothing is left at ``to`` when it fails; what was there before stays. Raises OSError,
    StorageMissingError, StorageTooNewError, StorageUnavailableError, and ForeignStorageError when
    the database is another installation's than ``ours``.
    """
    if not path.exists():
        raise StorageMissingError(f"there is none at {path.absolute()}; {MADE_BY}")
    if to.resolve() in {Path(f"{path.resolve()}{suffix}") for suffix in SUFFIXES}:
        raise FileExistsError("the file is the database itself")
    if not overwrite and to.exists():
        raise FileExistsError(THERE)
    number, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.", suffix=".part")
    os.close(number)
    beside = Path(name)
    try:
        _copy(path, beside)
        seen = _verified(beside, ours)
        _keep(beside)
        _rename(beside, to, overwrite=overwrite)
    finally:
        beside.unlink(missing_ok=True)
    return BackedUp(to.stat().st_size, seen.version)


def _copy(path: Path, beside: Path) -> None:
    """By one statement, which sees one state of the database however long it takes."""
    try:
        with closing(sqlite_file.connected(path, "rw")) as connection:
            connection.execute("VACUUM INTO $1", {"1": str(beside)})
    except sqlite3.Error as error:
        raise StorageUnavailableError(f"it cannot be copied: {error}") from error


def _verified(copy: Path, ours: Installation) -> Seen:
    """What is in it, read without making a file beside it."""
    try:
        with closing(sqlite_file.connected(copy, "ro&immutable=1")) as connection:
            (told, *_) = connection.execute("PRAGMA integrity_check").fetchone()
            if told != "ok":
                raise StorageUnavailableError(f"the copy is damaged: {told}")
            seen = sqlite_file.drive(connection, seen_in("sqlite"))
    except sqlite3.Error as error:
        raise StorageUnavailableError(f"the copy cannot be read: {error}") from error
    if not seen.version:
        raise StorageMissingError(f"there is nothing of this service in it; {MADE_BY}")
    refuse_newer(seen.version, seen.newest)
    if seen.owner not in {None, ours}:
        raise ForeignStorageError(f"it belongs to {seen.owner}, and the settings say {ours}")
    return seen


def _keep(file: Path) -> None:
    """On the disk, also after a power cut."""
    number = os.open(file, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _rename(beside: Path, to: Path, *, overwrite: bool) -> None:
    if not overwrite:
        try:
            os.close(os.open(to, os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError as error:
            raise FileExistsError(THERE) from error
    beside.replace(to)
    _keep(to.parent)
