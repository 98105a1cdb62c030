"""The examples of docs/swapping-adapters.md run."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient, AiohttpServer

from adapters.sandbox.world import SandboxWorld
from domain.referral import ReferralId
from entrypoints.sandbox.attendance import create_attendance_app
from tests.builders import a_webhook_body
from tests.documents import sandbox
from tests.documents.blocks import blocks, commands

PAGE = "docs/swapping-adapters.md"


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What all Python blocks of the page together define; files that they write go elsewhere."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "examples"}
    code = "\n".join(block.text for block in blocks(PAGE) if block.language == "python")
    exec(compile(code, PAGE, "exec"), names)
    return names


async def test_the_test_that_the_page_shows_passes(
    examples: dict[str, Any], tmp_path: Path
) -> None:
    (shown,) = [value for name, value in examples.items() if name.startswith("test_")]

    await shown(tmp_path)


async def test_the_staging_service_reads_referrals_and_sets_no_flag(
    examples: dict[str, Any],
    world: SandboxWorld,
    aiohttp_server: AiohttpServer,
    aiohttp_client: AiohttpClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    attendance = await aiohttp_server(create_attendance_app(world))
    env = commands(sandbox.PAGE, sandbox.TERMINALS)[1].env
    for name, value in {**env, "ATTENDANCE_BASE_URL": str(attendance.make_url(""))}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WEBHOOK_VERIFICATION", "if-present")
    monkeypatch.setenv("ALLOW_INSECURE", "no-auth,no-webhook-verification")
    app: web.Application = examples["create_staging_app"]()
    client = await aiohttp_client(app)

    answer = await client.post("/api/dyte/webhook", json=a_webhook_body("enc-1001"))

    assert answer.status == 200
    assert world.attendance.shown(ReferralId("enc-1001")) == {}
    assert capsys.readouterr().out.count("not told to the attendance service") == 2
