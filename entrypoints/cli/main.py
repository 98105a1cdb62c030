"""Parse the command line, load the settings, run one command, and exit with its code."""

import argparse
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import NamedTuple

from entrypoints.cli.api_keys import add_keys_arguments, keys
from entrypoints.cli.backup import add_backup_arguments, backup
from entrypoints.cli.check import add_check_arguments, check
from entrypoints.cli.inbox import add_inbox_arguments, inbox
from entrypoints.cli.migrate import add_migrate_arguments, migrate
from entrypoints.cli.openapi import openapi
from entrypoints.cli.parser import Parser
from entrypoints.cli.presence import add_presence_arguments, presence
from entrypoints.cli.privacy import add_privacy_arguments, privacy
from entrypoints.cli.sandbox import add_sandbox_arguments, sandbox
from entrypoints.cli.secrets import add_secrets_arguments, secrets
from entrypoints.cli.serve import serve
from entrypoints.cli.streams import keep_streams
from entrypoints.cli.visits import add_visits_arguments, visits
from entrypoints.cli.webhook import add_webhook_arguments, webhook
from entrypoints.cli.with_storage import EXIT_SETTINGS
from entrypoints.crashes import net_crashes
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings
from entrypoints.settings_rules import SettingsError, load_settings

PROGRAM = "videochamadas"
DESCRIPTION = "Back end for front end of medical video calls."
EPILOG = """\
examples:
  videochamadas serve                      the whole service with sandbox twins, no account
  videochamadas inbox list --dead          dead letters, which wait for an operator
  videochamadas sandbox                    fake partners over HTTP, to try the real adapters
  videochamadas openapi > openapi.json     the OpenAPI document, for code generators
  VIDEO_PROVIDER=dyte DYTE_TOKEN=... videochamadas check
                                           test the configuration for the real provider

All settings are environment variables; the README lists them.

exit codes:
  0  done
  1  the command ran and found a problem, which it prints; so does check with settings that
     are not valid
  2  the settings or the command line are not valid; nothing was done
"""


class Command(NamedTuple):
    summary: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def _none(_parser: argparse.ArgumentParser) -> None:
    """For a command that has no arguments of its own."""


def _with_settings(
    run: Callable[[Settings, argparse.Namespace], int],
) -> Callable[[argparse.Namespace], int]:
    """Run with the settings; if they are not valid, print every problem and return 2."""

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
        "print the effective configuration, and look at the partners, the database and the machine",
        add_check_arguments,
        check,
    ),
    "migrate": Command(
        "bring the database's schema up, as serving does too",
        add_migrate_arguments,
        _with_settings(migrate),
    ),
    "keys": Command("make an API key for a calling service", add_keys_arguments, keys),
    "inbox": Command(
        "list, show, retry and discard webhooks; list updates that wait",
        add_inbox_arguments,
        _with_settings(inbox),
    ),
    "presence": Command(
        "explain why a person is shown in a meeting, and correct it",
        add_presence_arguments,
        _with_settings(presence),
    ),
    "visits": Command(
        "print visits in figures: when, for how long, how they ended; no people",
        add_visits_arguments,
        _with_settings(visits),
    ),
    "webhook": Command(
        "register the webhook at the provider, look whether it is, remove it",
        add_webhook_arguments,
        _with_settings(webhook),
    ),
    "privacy": Command(
        "erase a person, and print a person's pseudonym in the audit log",
        add_privacy_arguments,
        _with_settings(privacy),
    ),
    "backup": Command(
        "copy the database into a file, while the service runs (SQLite)",
        add_backup_arguments,
        _with_settings(backup),
    ),
    "secrets": Command(
        "replace the secrets in the database, which sign tickets and make pseudonyms",
        add_secrets_arguments,
        _with_settings(secrets),
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
    keep_streams()
    configure_logs("info", None)
    net_crashes()
    parsed = _parser().read(arguments)
    sys.exit(COMMANDS[parsed.command].run(parsed))


def _parser() -> Parser:
    parser = Parser(
        prog=PROGRAM,
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version(PROGRAM)}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(name, help=command.summary, description=command.summary)
        command.arguments(subparser)
    return parser
