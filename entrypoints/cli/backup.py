"""``videochamadas backup``: copy the database into a file, while the service runs."""

import argparse
import asyncio
import sys
from pathlib import Path

from domain.audit import COMMAND_LINE, AuditEvent, AuditLine
from domain.errors import StorageUnavailableError, StorageUnfitError
from domain.installation import ForeignStorageError
from entrypoints.cli.exit_codes import EXIT_SETTINGS
from entrypoints.cli.with_storage import foreign
from entrypoints.container import Container
from entrypoints.database import back_up_database
from entrypoints.operators.times import local_time
from entrypoints.resources import open_storage
from entrypoints.settings import Settings

EPILOG = """\
examples:
  videochamadas backup /backup/videochamadas-monday.db
  videochamadas backup --overwrite /backup/videochamadas.db

The copy is checked before it gets its name. It holds data about people and the secrets of this
installation: encrypt it wherever others can read. docs/backup.md says how to restore it.
"""
ON_POSTGRESQL = """\
the database is PostgreSQL, whose own programs make the backup:
  pg_dump --format=custom --file=FILE --dbname=...
  pg_restore --exit-on-error --single-transaction --no-owner --dbname=... FILE
docs/backup.md says how to make and to restore one"""


def add_backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", type=Path, help="where the copy is to be")
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")


def backup(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when the copy is there and verified, 1 when it could not be made, 2 when the database is
    PostgreSQL's or another installation's. Nothing of the database changes but its audit lines."""
    file: Path = arguments.file
    began = local_time(Container(settings=settings).clock()())
    try:
        made = back_up_database(settings, file, overwrite=arguments.overwrite)
    except (OSError, StorageUnavailableError, StorageUnfitError) as error:
        print(f"no backup was made: {_why(error)}", file=sys.stderr)
        return 1
    except ForeignStorageError as error:
        print(foreign(error), file=sys.stderr)
        return EXIT_SETTINGS
    if made is None:
        print(ON_POSTGRESQL, file=sys.stderr)
        return EXIT_SETTINGS
    asyncio.run(_record(settings))
    print(f"backup made: {made.size} bytes, whole, schema version {made.version}")
    print(f"it holds everything that was answered before {began}")
    return 0


def _why(error: Exception) -> str:
    """Without the path, which is somebody's argument; standard error is often a log."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


async def _record(settings: Settings) -> None:
    """A database that this program would have to bring up first takes no line: it is printed."""
    container = Container(settings=settings)
    line = AuditLine(AuditEvent.BACKUP_MADE, COMMAND_LINE, "storage", "verified")
    try:
        async with open_storage(container, create=False):
            await container.stored_audit_log().record(line)
    except (StorageUnavailableError, StorageUnfitError):
        await container.audit_log().record(line)
