"""Look at the database without changing or making anything: is it there, and is it ours?"""

import asyncio
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from adapters.plug_in import Finding
from adapters.storage import postgres, postgres_session, sqlite_file
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


READ_WRITE = """
SELECT NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'
    AND
"""
MAY_WRITE = f"{READ_WRITE} has_table_privilege('deliveries', 'INSERT') AS it"
MAY_MAKE = f"{READ_WRITE} has_schema_privilege(current_schema(), 'CREATE') AS it"


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of 0 is a database without anything of ours."""

    version: int
    newest: int
    owner: Installation | None
    waiting: Waiting


async def look_at_sqlite(path: Path, ours: Installation) -> list[Finding]:
    return await asyncio.to_thread(lambda: [_file(path, ours), *look_at_disk(path)])


async def look_at_postgres(url: str, ours: Installation) -> list[Finding]:
    patience = postgres_session.PATIENCE
    try:
        connection = await asyncpg.connect(url, timeout=patience, command_timeout=patience)
        try:
            async with connection.transaction(readonly=True):
                fetch = postgres.plainly(connection)
                seen = await postgres.drive(fetch, seen_in("postgres"))
                writable = await postgres.drive(fetch, _writable(seen.version))
        finally:
            await connection.close(timeout=patience)
    except postgres.UNREACHABLE as error:
        return [_wrong(f"cannot be reached: {type(error).__name__}; {HINT}")]
    if not writable:
        return [_wrong(f"can only be read by this user, or is a standby; {HINT}")]
    return [_judged(seen, ours)]


def _writable(version: int) -> Transaction[bool]:
    """Whether this user may change what is there, or make it in an empty database; a server that
    follows another one takes no writes."""
    (row,) = yield (MAY_WRITE if version else MAY_MAKE), ()
    return bool(row["it"])


def _file(path: Path, ours: Installation) -> Finding:
    if not path.exists():
        return _not_there(path)
    if not path.is_file():
        return _wrong(f"is no file; {HINT}")
    try:
        seen = _read(path)
    except (sqlite3.Error, OSError) as error:
        return _wrong(f"cannot be read: {error}; {HINT}")
    if not os.access(path, os.W_OK):
        return _wrong(f"may not be written by this user; {HINT}")
    if not may_write_in(path.absolute().parent):
        return _wrong(f"its folder may not be written by this user, for its -wal file; {HINT}")
    return _judged(seen, ours)


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


def _judged(seen: Seen, ours: Installation) -> Finding:
    try:
        refuse_newer(seen.version, seen.newest)
        check_owner(seen.owner or ours, ours, seen.waiting, adopt=False)
    except (StorageTooNewError, ForeignStorageError) as error:
        return _wrong(str(error))
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
    return _wrong(f"not there, and may not be made by this user; {HINT}")


def _right(detail: str) -> Finding:
    return Finding(SUBJECT, ok=True, detail=detail)


def _wrong(detail: str) -> Finding:
    return Finding(SUBJECT, ok=False, detail=detail)
