"""``videochamadas migrate``: bring the schema up without serving."""

import argparse

from entrypoints.cli.with_storage import with_storage
from entrypoints.container import Container
from entrypoints.settings import Settings


def migrate(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Safe to run again, and while instances start."""
    return with_storage(settings, _opened)


async def _opened(_container: Container) -> int:
    """Opening the database brings its schema up."""
    print("the schema is up to date")
    return 0
