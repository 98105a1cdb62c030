"""Run a command that needs the database and nothing else."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from domain.errors import StorageUnavailableError, StorageUnfitError
from domain.installation import ForeignStorageError
from entrypoints.cli.exit_codes import EXIT_SETTINGS
from entrypoints.container import Container
from entrypoints.resources import open_secrets, open_storage
from entrypoints.settings import Settings


def with_storage(
    settings: Settings, act: Callable[[Container], Awaitable[int]], *, create: bool = False
) -> int:
    """The command's exit code; 1 with a sentence when the database cannot be used, 2 when it is
    another installation's. Only with ``create`` is one made, or its schema brought up."""
    try:
        return asyncio.run(_act(settings, act, create=create))
    except (StorageUnavailableError, StorageUnfitError) as error:
        print(f"cannot use the database: {error}", file=sys.stderr)
        return 1
    except ForeignStorageError as error:
        print(foreign(error), file=sys.stderr)
        return EXIT_SETTINGS


def foreign(error: ForeignStorageError) -> str:
    """What is said of a database that is another installation's."""
    return f"cannot start with these settings:\n  DATABASE_URL: {error}"


async def _act(
    settings: Settings, act: Callable[[Container], Awaitable[int]], *, create: bool
) -> int:
    container = Container(settings=settings)
    async with open_storage(container, create=create), open_secrets(container):
        # A service writes these lines to its own audit log.
        stored = container.stored_audit_log()
        with container.audit_log.override(stored):
            return await act(container)
