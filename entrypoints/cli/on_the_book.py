"""Run a command that needs the durable book and nothing else."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from domain.errors import BookTooNewError, BookUnavailableError
from entrypoints.container import Container
from entrypoints.resources import open_book, open_secrets
from entrypoints.settings import Settings


def on_the_book(settings: Settings, act: Callable[[Container], Awaitable[int]]) -> int:
    """The command's exit code; 1 with a sentence when the database cannot be used."""
    try:
        return asyncio.run(_act(settings, act))
    except (BookUnavailableError, BookTooNewError) as error:
        print(f"cannot use the database: {error}", file=sys.stderr)
        return 1


async def _act(settings: Settings, act: Callable[[Container], Awaitable[int]]) -> int:
    container = Container(settings=settings)
    async with open_book(container), open_secrets(container):
        return await act(container)
