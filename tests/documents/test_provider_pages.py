"""What docs/real-dyte.md and docs/moving-to-realtimekit.md paste works at the fake provider."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpServer

from adapters.sandbox.events import ORGANIZATION
from adapters.sandbox.webhooks import ALL_EVENTS, Registration
from adapters.sandbox.world import SandboxWorld
from adapters.system import new_id, utc_now
from entrypoints.sandbox import provider
from entrypoints.sandbox.attendance import create_attendance_app
from tests.documents.blocks import assert_prints, steps
from tests.e2e.forked import forked_command
from tests.identity import published

DYTE, REALTIMEKIT = "docs/real-dyte.md", "docs/moving-to-realtimekit.md"
WEBHOOK = "https://videochamadas.hospital.example/api/dyte/webhook"


@pytest.fixture
async def successor() -> AsyncIterator[SandboxWorld]:
    """The world behind RealtimeKit; ``world`` is the one behind Dyte."""
    async with SandboxWorld.open(utc_now, new_id) as opened:
        yield opened


@pytest.fixture
async def replaced(
    world: SandboxWorld,
    successor: SandboxWorld,
    aiohttp_server: AiohttpServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> dict[str, str]:
    """What the pages write for a reader's own, and what stands for it here; the providers' keys and
    the reader's database are named by no page."""
    dyte = await aiohttp_server(provider.create_provider_app(world))
    realtimekit = await aiohttp_server(provider.create_provider_app(successor))
    attendance = await aiohttp_server(create_attendance_app(world))
    monkeypatch.setenv("WEBHOOK_KEY_URL", str(dyte.make_url(provider.KEY_PATH)))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/storage.db")
    identity = web.Application()
    identity.router.add_get("/keys", publish_keys)
    login = await aiohttp_server(identity)
    cloudflare = "https://api.cloudflare.com/client/v4/accounts/ACCOUNT_ID/realtime/kit/APP_ID"
    return {
        "https://api.dyte.io/v2": str(dyte.make_url(provider.DYTE_PATH)),
        "ORGANIZATION_ID:API_KEY": "sandbox-organization:sandbox-key",
        cloudflare: str(realtimekit.make_url(provider.REALTIMEKIT_PATH)),
        "=API_TOKEN": f"={provider.REALTIMEKIT_TOKEN}",
        "APP_OR_ORGANIZATION_ID": ORGANIZATION,
        "https://atendimento.hospital.example": str(attendance.make_url("")),
        "https://login.hospital.example/keys": str(login.make_url("/keys")),
        ".venv/bin/videochamadas": str(forked_command()),
    }


async def publish_keys(_request: web.Request) -> web.Response:
    return web.json_response(published("key-1"))


def registered(world: SandboxWorld) -> list[Registration]:
    return list(world.webhooks.registrations.values())


@pytest.mark.processes
async def test_the_commands_for_a_dyte_account_print_what_the_page_shows(
    replaced: dict[str, str], world: SandboxWorld
) -> None:
    world.register("https://old.hospital.example/api/dyte/webhook")

    await assert_prints(steps(DYTE), replaced)

    assert [(one.url, tuple(one.events)) for one in registered(world)] == [(WEBHOOK, ALL_EVENTS)]


@pytest.mark.processes
async def test_the_commands_for_the_move_print_what_the_page_shows(
    replaced: dict[str, str], world: SandboxWorld, successor: SandboxWorld
) -> None:
    world.register(WEBHOOK)
    session = [*steps(DYTE, "Variables"), *steps(REALTIMEKIT)]

    await assert_prints(session, replaced)

    moved = [(one.url, tuple(one.events)) for one in registered(successor)]
    assert moved == [(WEBHOOK, ALL_EVENTS)]
    assert registered(world) == []
