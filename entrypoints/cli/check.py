"""``videochamadas check``: the effective configuration, and a look at each partner."""

import argparse
import asyncio
import json

from pydantic import SecretStr

from adapters.attendance.probe import look_at_attendance
from adapters.callers.probe import look_at_identity
from adapters.finding import Finding
from adapters.provider.probe import look_at_provider
from entrypoints.container import Container
from entrypoints.resources import open_partners
from entrypoints.settings import Settings


def add_check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def check(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 when every finding is ok, else 1. Changes nothing anywhere."""
    configuration = {name.upper(): _shown(value) for name, value in _effective(settings).items()}
    findings = asyncio.run(_look(settings))
    if arguments.json:
        rows = [{"subject": f.subject, "ok": f.ok, "detail": f.detail} for f in findings]
        print(json.dumps({"configuration": configuration, "findings": rows}, indent=2))
    else:
        for name, value in configuration.items():
            print(f"{name:24} {value}")
        print()
        for finding in findings:
            print(f"{'ok' if finding.ok else 'WRONG':6}{finding.subject}: {finding.detail}")
    return 0 if all(finding.ok for finding in findings) else 1


async def _look(settings: Settings) -> list[Finding]:
    container = Container(settings=settings)
    findings = []
    async with open_partners(container):
        if settings.video_provider == "sandbox":
            findings.append(Finding("video provider", ok=True, detail="the sandbox twin"))
        else:
            findings += await look_at_provider(container.video_api(), settings.presets)
        if settings.attendance_provider == "sandbox":
            findings.append(Finding("attendance service", ok=True, detail="the sandbox twin"))
        else:
            findings += await look_at_attendance(container.attendance_api())
        if "jwt" in settings.asked and settings.jwt_jwks_url:
            findings += await look_at_identity(container.identity_api())
    return findings


def _effective(settings: Settings) -> dict[str, object]:
    """Every setting, with what an unset one comes to."""
    return {
        **dict(settings),
        "dyte_base_url": settings.video_base_url or None,
        "webhook_verification": settings.verification,
        "auth": settings.asked,
    }


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "********"
    if isinstance(value, frozenset):
        return ",".join(sorted(map(str, value))) or "-"
    return "-" if value is None else str(value)
