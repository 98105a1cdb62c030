"""``videochamadas migrate``: migrate the database's schema without serving."""

import argparse

from entrypoints.cli.with_storage import with_storage
from entrypoints.container import Container
from entrypoints.settings import Settings


def migrate(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Safe to run again, also while instances start."""
    return with_storage(settings, _opened)


async def _opened(_container: Container) -> int:
    """Opening the database has migrated its schema."""
    print("the schema is up to date")
    return 0
