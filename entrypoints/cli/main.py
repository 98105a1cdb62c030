"""Parse the command line, load the settings, run one command, and exit with its code."""

import argparse
import sys
from collections.abc import Callable
from typing import NamedTuple

from entrypoints.cli.api_keys import add_keys_arguments, keys
from entrypoints.cli.check import EXIT_SETTINGS, add_check_arguments, check
from entrypoints.cli.inbox import add_inbox_arguments, inbox
from entrypoints.cli.migrate import add_migrate_arguments, migrate
from entrypoints.cli.openapi import openapi
from entrypoints.cli.parser import Parser
from entrypoints.cli.presence import add_presence_arguments, presence
from entrypoints.cli.privacy import add_privacy_arguments, privacy
from entrypoints.cli.sandbox import add_sandbox_arguments, sandbox
from entrypoints.cli.serve import serve
from entrypoints.crashes import net_crashes
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings
from entrypoints.settings_rules import SettingsError, load_settings

DESCRIPTION = "Back end for front end of medical video calls."
EPILOG = """\
examples:
  videochamadas serve                      the whole service with sandbox twins, no account
  videochamadas inbox list --dead          webhooks that wait for a person
  videochamadas sandbox                    partners to practise on, for the real adapters
  videochamadas openapi > openapi.json     the interface, for generators
  VIDEO_PROVIDER=dyte DYTE_TOKEN=... videochamadas check
                                           is everything in place for the real provider?

All settings are environment variables; the README lists them.

exit codes:
  0  done
  1  the command ran and something is wrong; it says what
  2  the settings or the command line cannot be used; every problem is named
"""


class Command(NamedTuple):
    """A subcommand: what it is for, its own arguments, and what runs it."""

    summary: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def _none(_parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def _with_settings(
    run: Callable[[Settings, argparse.Namespace], int],
) -> Callable[[argparse.Namespace], int]:
    """Load the settings first, and name every problem instead of running."""

    def prepared(arguments: argparse.Namespace) -> int:
        try:
            settings = load_settings()
        except SettingsError as error:
            print("cannot start with these settings:", file=sys.stderr)
            for problem in error.problems:
                print(f"  {problem}", file=sys.stderr)
            return EXIT_SETTINGS
        configure_logs(settings.log_level, settings.log_format)
        return run(settings, arguments)

    return prepared


COMMANDS = {
    "serve": Command("serve the HTTP interface", _none, _with_settings(serve)),
    "check": Command(
        "print the effective configuration and try each partner",
        add_check_arguments,
        _with_settings(check),
    ),
    "migrate": Command(
        "bring the database's schema up, as serving does too",
        add_migrate_arguments,
        _with_settings(migrate),
    ),
    "keys": Command("make a key for a service that calls", add_keys_arguments, keys),
    "inbox": Command(
        "list, show, retry and discard webhooks and what waits to be told",
        add_inbox_arguments,
        _with_settings(inbox),
    ),
    "presence": Command(
        "show why somebody is shown in a meeting, and correct it",
        add_presence_arguments,
        _with_settings(presence),
    ),
    "privacy": Command(
        "erase one person, and tell how the audit log names somebody",
        add_privacy_arguments,
        _with_settings(privacy),
    ),
    "sandbox": Command(
        "serve a fake provider and a fake attendance service over HTTP",
        add_sandbox_arguments,
        sandbox,
    ),
    "openapi": Command("print the OpenAPI 3.1 document of the interface", _none, openapi),
}


def main(arguments: list[str] | None = None) -> None:
    """The console script. Exits with the code that the help text documents."""
    configure_logs("info", None)
    net_crashes()
    parsed = _parser().parse_args(arguments)
    sys.exit(COMMANDS[parsed.command].run(parsed))


def _parser() -> Parser:
    parser = Parser(
        prog="videochamadas",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.summary, description=command.summary)
        command.arguments(subparser)
    return parser
