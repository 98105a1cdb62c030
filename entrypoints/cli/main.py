"""Parse the command line, load the settings, run one command, and exit with its code."""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import NamedTuple

from entrypoints.cli.exit_codes import EXIT_SETTINGS
from entrypoints.cli.parser import Parser
from entrypoints.cli.streams import keep_streams
from entrypoints.crashes import net_crashes
from entrypoints.logs import configure_logs

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
    """``module`` is imported only when the command is chosen: all together take most of a second.
    It has a function of the command's name, and one that adds its arguments if it has any."""

    summary: str
    module: str
    with_settings: bool = True


COMMANDS = {
    "serve": Command("serve the HTTP interface", "serve"),
    "check": Command(
        "print the effective configuration, and look at the partners, the database and the machine",
        "check",
        with_settings=False,
    ),
    "migrate": Command("bring the database's schema up, as serving does too", "migrate"),
    "keys": Command("make an API key for a calling service", "api_keys", with_settings=False),
    "inbox": Command("list, show, retry and discard webhooks; list updates that wait", "inbox"),
    "presence": Command("explain why a person is shown in a meeting, and correct it", "presence"),
    "visits": Command(
        "print visits in figures: when, for how long, how they ended; no people", "visits"
    ),
    "webhook": Command(
        "register the webhook at the provider, look whether it is, remove it", "webhook"
    ),
    "privacy": Command(
        "erase a person, and print a person's pseudonym in the audit log", "privacy"
    ),
    "backup": Command(
        "copy the database into a file, while the service runs (SQLite)",
        "backup",
    ),
    "secrets": Command(
        "replace the secrets in the database, which sign tickets and make pseudonyms",
        "secrets",
    ),
    "sandbox": Command(
        "serve a fake provider and a fake attendance service over HTTP",
        "sandbox",
        with_settings=False,
    ),
    "openapi": Command(
        "print the OpenAPI 3.1 document of the interface", "openapi", with_settings=False
    ),
}


def main(arguments: list[str] | None = None) -> None:
    """The console script. Exits with the code that the help text documents."""
    keep_streams()
    configure_logs("info", None)
    net_crashes()
    parsed = _parser().read(arguments)
    command = COMMANDS[parsed.command]
    run = getattr(module_of(command), parsed.command)
    sys.exit(_with_settings(run, parsed) if command.with_settings else run(parsed))


def _with_settings(run: Callable[..., int], arguments: argparse.Namespace) -> int:
    """Run with the settings; if they are not valid, print every problem and return 2."""
    from entrypoints.settings_rules import (  # noqa: PLC0415 - takes half a second
        SettingsError,
        load_settings,
    )

    try:
        settings = load_settings()
    except SettingsError as error:
        print("cannot start with these settings:", file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return EXIT_SETTINGS
    configure_logs(settings.log_level, settings.log_format)
    return run(settings, arguments)


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
        subparser.when_chosen = partial(_add_arguments, name, command)
    return parser


def _add_arguments(name: str, command: Command, parser: argparse.ArgumentParser) -> None:
    if add := getattr(module_of(command), f"add_{name}_arguments", None):
        add(parser)


def module_of(command: Command) -> ModuleType:
    return import_module(f"entrypoints.cli.{command.module}")
