"""Look at the database without changing or making anything: is it there, and is it ours?"""

import asyncio
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from adapters.plug_in import Finding
from adapters.storage import sqlite_file
from adapters.storage.installation import owner, what_waits
from adapters.storage.room import look_at_disk, may_write_in, nearest_folder
from adapters.storage.schema import MADE_BY, is_there, newest_version, refuse_newer, stored_version
from adapters.storage.transaction import Transaction
from domain.errors import StorageTooNewError
from domain.installation import ForeignStorageError, Installation, Waiting, check_owner

SUBJECT = "database"
HINT = "check DATABASE_URL"
KNOWS_ITS_OWNER = 8
"""The version since which a database knows whose it is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of 0 is a database without anything of ours."""

    version: int
    newest: int
    owner: Installation | None
    waiting: Waiting


async def look_at_sqlite(path: Path, ours: Installation) -> list[Finding]:
    return await asyncio.to_thread(lambda: [_file(path, ours), *look_at_disk(path)])


def _file(path: Path, ours: Installation) -> Finding:
    if not path.exists():
        return _not_there(path)
    if not path.is_file():
        return wrong(f"is no file; {HINT}")
    try:
        seen = _read(path)
    except (sqlite3.Error, OSError) as error:
        return wrong(f"cannot be read: {error}; {HINT}")
    if not os.access(path, os.W_OK):
        return wrong(f"may not be written by this user; {HINT}")
    if not may_write_in(path.absolute().parent):
        return wrong(f"its folder may not be written by this user, for its -wal file; {HINT}")
    return judged(seen, ours)


def _read(path: Path) -> Seen:
    """Without a ``-wal`` file nobody has it open, and SQLite would make one to look."""
    how = "ro" if sqlite_file.wal_of(path).exists() else "ro&immutable=1"
    with closing(sqlite_file.connected(path, how)) as connection:
        return sqlite_file.drive(connection, seen_in("sqlite"))


def seen_in(dialect: str) -> Transaction[Seen]:
    """What a database holds of ours; changes nothing."""
    version, newest = (yield from stored_version(dialect)), newest_version(dialect)
    whose, waiting = None, Waiting()
    if version >= KNOWS_ITS_OWNER:
        whose = yield from owner()
        closings = yield from is_there(dialect, "closings")
        waiting = yield from what_waits(closings=closings)
    return Seen(version, newest, whose, waiting)


def judged(seen: Seen, ours: Installation) -> Finding:
    try:
        refuse_newer(seen.version, seen.newest)
        check_owner(seen.owner or ours, ours, seen.waiting, adopt=False)
    except (StorageTooNewError, ForeignStorageError) as error:
        return wrong(str(error))
    if not seen.version:
        return _right(f"reachable, nothing in it yet; {MADE_BY}")
    told = f"reachable, schema version {seen.version}"
    if seen.owner not in {None, ours}:
        told += f"; serving changes it from {seen.owner} to {ours}"
    if seen.version < seen.newest:
        told += f" of {seen.newest}; serving brings it up, and so does `videochamadas migrate`"
    return _right(told)


def _not_there(path: Path) -> Finding:
    if may_write_in(nearest_folder(path)):
        return _right(f"not there yet; {MADE_BY}")
    return wrong(f"not there, and may not be made by this user; {HINT}")


def _right(detail: str) -> Finding:
    return Finding(SUBJECT, ok=True, detail=detail)


def wrong(detail: str) -> Finding:
    return Finding(SUBJECT, ok=False, detail=detail)
