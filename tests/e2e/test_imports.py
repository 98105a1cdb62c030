"""What a process imports only where it is used, so that others start sooner and stay smaller."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.callers.api_keys import entry_of
from tests.e2e.forked import ROOT

PATIENCE = 30.0
SERVED = """
import asyncio, sys
from aiohttp import web
from entrypoints.cli import main, serve
from entrypoints.settings_rules import load_settings

async def served():
    runner = web.AppRunner(serve.create_app(serve.Container(settings=load_settings())))
    await runner.setup()
    await runner.cleanup()

asyncio.run(served())
print(*sys.modules)
"""
PARTNERS = {
    "VIDEO_PROVIDER": "dyte",
    "DYTE_TOKEN": base64.b64encode(b"organization:key").decode(),
    "ATTENDANCE_PROVIDER": "http",
    "ATTENDANCE_BASE_URL": "https://attendance.example",
    "AUTH": "api-key",
    "API_KEYS": entry_of("k" * 43, "portal"),
    "SWEEP": "false",
}
NOT_NEEDED = {"asyncpg", "entrypoints.sandbox", "adapters.sandbox", "entrypoints.console.views"}


@pytest.mark.parametrize(
    ("settings", "absent"),
    [
        (PARTNERS, NOT_NEEDED),
        (PARTNERS | {"CONSOLE": "true"}, {"asyncpg"}),
        ({}, {"asyncpg"}),
    ],
    ids=["partners", "partners and the console", "twins"],
)
def test_what_the_settings_do_not_ask_for_is_not_imported(
    settings: dict[str, str], absent: set[str], tmp_path: Path
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SERVED],
        env={"DATABASE_URL": f"sqlite:///{tmp_path}/storage.db"} | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )

    assert NOT_NEEDED & set(ran.stdout.split()) == NOT_NEEDED - absent
