"""``videochamadas migrate``: bring the schema up without serving."""

import argparse
import asyncio
import sys

from domain.errors import BookTooNewError, BookUnavailableError
from entrypoints.resources import open_store
from entrypoints.settings import Settings


def migrate(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Safe to run again, and while instances start."""
    try:
        asyncio.run(_migrate(settings.database_url.get_secret_value()))
    except (BookUnavailableError, BookTooNewError) as error:
        print(f"cannot use the database: {error}", file=sys.stderr)
        return 1
    print("the schema is up to date")
    return 0


async def _migrate(url: str) -> None:
    store = await open_store(url)
    await store.close()
