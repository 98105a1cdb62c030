"""``videochamadas check``: print the effective configuration and look at all that serving needs."""

import argparse
import asyncio
import json
import os
from collections.abc import Callable

from adapters.plug_in import AdapterError, Finding
from entrypoints.cli.look_at_registration import look_at_registration
from entrypoints.cli.open_files import look_at_open_files
from entrypoints.container import Container
from entrypoints.database import look_at_database
from entrypoints.logs import configure_logs
from entrypoints.look_at_partners import look_at_partners
from entrypoints.resources import open_partners
from entrypoints.setting_names import unread
from entrypoints.settings import Settings
from entrypoints.settings_rules import SettingsError, load_settings
from entrypoints.shown_settings import shown_settings
from entrypoints.traces import look_at_traces

SETTINGS = "settings"
Configuration = dict[str, str | None]

OK, WARNING, FAILURE = "ok", "warning", "failure"


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def check(arguments: argparse.Namespace) -> int:
    """1 when a finding is a failure, else 0. Changes nothing, and needs no running service."""
    configuration, findings = examine(lambda read: configure_logs(read.log_level, read.log_format))
    if arguments.json:
        rows = [{"subject": f.subject, "level": _level(f), "detail": f.detail} for f in findings]
        print(json.dumps({"configuration": configuration, "findings": rows}, indent=2))
    else:
        _print(configuration, findings)
    return 0 if all(finding.ok for finding in findings) else 1


def examine(begin: Callable[[Settings], None]) -> tuple[Configuration, list[Finding]]:
    """The effective configuration, which is empty when it is not valid, and what was found.
    ``begin`` is called with valid settings before anything is looked at."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return {}, [*_unread(), *_unusable(error), *_of_the_machine()]
    begin(settings)
    found = asyncio.run(_look(settings))
    return shown_settings(settings), [*_unread(), *found, *_of_the_machine()]


async def _look(settings: Settings) -> list[Finding]:
    """At the settings, the partners and the database."""
    container = Container(settings=settings)
    try:
        async with open_partners(container):
            partners = await look_at_partners(container)
            registration = await look_at_registration(container)
    except AdapterError as error:
        return [Finding(SETTINGS, ok=False, detail=str(error))]
    fit = Finding(SETTINGS, ok=True, detail="can be served with")
    return [fit, *partners, *registration, *await look_at_database(settings)]


def _unusable(error: SettingsError) -> list[Finding]:
    """Partners and database are those of the settings, so nobody knows which to look at."""
    return [
        *(Finding(SETTINGS, ok=False, detail=problem) for problem in error.problems),
        Finding(
            "partners, database",
            ok=True,
            warning=True,
            detail="not looked at: mend the settings first, then check again",
        ),
    ]


def _of_the_machine() -> list[Finding]:
    """What no setting says."""
    return [*look_at_open_files(), look_at_traces(os.environ)]


def _unread() -> list[Finding]:
    detail = "is no setting, nothing reads it: rename it if you meant one"
    return [
        Finding(SETTINGS, ok=True, warning=True, detail=f"{name}: {detail}")
        for name in unread(os.environ)
    ]


def _print(configuration: Configuration, findings: list[Finding]) -> None:
    for name, value in configuration.items():
        print(f"{name:24} {'-' if value is None else value}")
    if configuration:
        print()
    for finding in findings:
        print(f"{_level(finding):9}{finding.subject}: {finding.detail}")


def _level(finding: Finding) -> str:
    if not finding.ok:
        return FAILURE
    return WARNING if finding.warning else OK
