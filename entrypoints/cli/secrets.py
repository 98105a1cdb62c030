"""``videochamadas secrets``: replace the secrets that this installation made for itself."""

import argparse

from domain.audit import COMMAND_LINE
from entrypoints.cli.with_storage import with_storage
from entrypoints.container import Container
from entrypoints.operators.times import local_time
from entrypoints.settings import Settings

EPILOG = """\
examples:
  videochamadas secrets rotate             replace both; leave tickets that are out stay good
  videochamadas secrets rotate --revoke    the database leaked: those tickets end now

One secret signs leave tickets, the other makes the audit log's pseudonyms. Nothing has to be
restarted: instances look every ten seconds, and use new secrets a minute after they were stored.
"""


def add_secrets_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    rotate = actions.add_parser("rotate", help="replace the secrets in the database")
    rotate.add_argument(
        "--revoke", action="store_true", help="leave tickets that are out are good no more"
    )


def secrets(settings: Settings, arguments: argparse.Namespace) -> int:
    return with_storage(settings, lambda container: _rotate(container, revoke=arguments.revoke))


async def _rotate(container: Container, *, revoke: bool) -> int:
    since = await container.rotate_secrets()(COMMAND_LINE, revoke=revoke)
    tickets = "are good no more" if revoke else "stay good until they end"
    print(f"new secrets are used from {local_time(since)} on; tickets that are out {tickets}")
    return 0
