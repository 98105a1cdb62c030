"""Run a command that needs the database and nothing else."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from domain.errors import StorageTooNewError, StorageUnavailableError
from entrypoints.container import Container
from entrypoints.resources import open_secrets, open_storage
from entrypoints.settings import Settings


def with_storage(settings: Settings, act: Callable[[Container], Awaitable[int]]) -> int:
    """The command's exit code; when the database cannot be used, prints why and returns 1."""
    try:
        return asyncio.run(_act(settings, act))
    except (StorageUnavailableError, StorageTooNewError) as error:
        print(f"cannot use the database: {error}", file=sys.stderr)
        return 1


async def _act(settings: Settings, act: Callable[[Container], Awaitable[int]]) -> int:
    container = Container(settings=settings)
    async with open_storage(container), open_secrets(container):
        # A service writes these lines to its own audit log.
        stored = container.stored_audit_log()
        with container.audit_log.override(stored):
            return await act(container)
