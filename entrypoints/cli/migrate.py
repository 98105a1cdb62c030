"""``videochamadas migrate``: bring the schema up without serving, and hand a database over."""

import argparse

from domain.audit import COMMAND_LINE, AuditEvent, AuditLine
from entrypoints.cli.with_storage import with_storage
from entrypoints.container import Container
from entrypoints.settings import Settings


def add_migrate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--adopt",
        action="store_true",
        help="the partners of these settings get what waits in it for former ones",
    )


def migrate(settings: Settings, arguments: argparse.Namespace) -> int:
    """Safe to run again, and while instances start. Opening the database brings its schema up;
    whose it is changes with ``--adopt`` only, and never between a twin and a real partner."""
    action = _adopt if arguments.adopt else _compare
    return with_storage(settings, action, create=True)


async def _compare(container: Container) -> int:
    print("the schema is up to date")
    owner = await container.installation().owner()
    ours = container.settings().installation
    if owner is not None and owner != ours:
        print(f"it belongs to {owner}, and the settings say {ours}")
    return 0


async def _adopt(container: Container) -> int:
    ours = container.settings().installation
    waiting = await container.installation().take(ours, adopt=True)
    line = AuditLine(AuditEvent.STORAGE_ADOPTED, COMMAND_LINE, "storage", f"{waiting} waiting")
    await container.audit_log().record(line)
    print("the schema is up to date")
    print(f"it belongs to {ours}; {waiting} wait in it")
    return 0
