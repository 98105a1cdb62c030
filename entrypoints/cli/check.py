"""``videochamadas check``: print the effective configuration and test each partner."""

import argparse
import asyncio
import json
import os
import sys

from pydantic import SecretStr

from adapters.plug_in import AdapterError, Finding
from entrypoints.adapters_behind_ports import look_at_database, look_at_partners
from entrypoints.container import Container
from entrypoints.plug_ins import own_variables
from entrypoints.resources import open_partners
from entrypoints.setting_names import unread
from entrypoints.settings import Settings

EXIT_SETTINGS = 2


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def check(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when every finding is ok, 1 when not, 2 when an adapter cannot be used. Changes nothing.
    A variable that nothing reads is a warning, and not wrong."""
    configuration = {name.upper(): _shown(value) for name, value in _effective(settings).items()}
    try:
        findings = asyncio.run(_look(settings))
    except AdapterError as error:
        print(f"cannot start with these settings:\n  {error}", file=sys.stderr)
        return EXIT_SETTINGS
    warnings = [f"{name}: is no setting: nothing reads it" for name in unread(os.environ)]
    if arguments.json:
        rows = [{"subject": f.subject, "ok": f.ok, "detail": f.detail} for f in findings]
        document = {"configuration": configuration, "warnings": warnings, "findings": rows}
        print(json.dumps(document, indent=2))
    else:
        for name, value in configuration.items():
            print(f"{name:24} {'-' if value is None else value}")
        print()
        for warning in warnings:
            print(f"{'warn':6}{warning}")
        for finding in findings:
            print(f"{'ok' if finding.ok else 'WRONG':6}{finding.subject}: {finding.detail}")
    return 0 if all(finding.ok for finding in findings) else 1


async def _look(settings: Settings) -> list[Finding]:
    container = Container(settings=settings)
    async with open_partners(container):
        findings = await look_at_partners(container)
    return [*findings, *await look_at_database(settings)]


def _effective(settings: Settings) -> dict[str, object]:
    """Every setting with its effective value, defaults included."""
    return {
        **dict(settings),
        "dyte_base_url": settings.video_base_url or None,
        "webhook_verification": settings.verification,
        "auth": settings.authentication,
        **{name.lower(): SecretStr("") for name in own_variables(os.environ)},
    }


def _shown(value: object) -> str | None:
    """As a variable would have it; None for what is not set."""
    match value:
        case SecretStr():
            return "********"
        case frozenset():
            return ",".join(sorted(map(str, value))) or None
        case tuple():
            return ",".join(value)
        case bool():
            return str(value).lower()
        case _:
            return None if value is None else str(value)
