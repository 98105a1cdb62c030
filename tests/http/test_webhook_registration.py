"""The service looks whether its webhook is still registered, and says once what changed."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
import structlog
from dependency_injector import providers
from pydantic import SecretStr
from pytest_aiohttp.plugin import AiohttpServer

from adapters.sandbox.faults import ApiFaults, FaultPlan
from adapters.sandbox.world import SandboxWorld
from application.ensure_webhook import Ensured
from entrypoints.container import Container
from entrypoints.sandbox import provider
from entrypoints.settings import Settings
from tests.conftest import Serve
from tests.waiting import PATIENCE

PUBLIC = "https://videochamadas.hospital.example"
URL = f"{PUBLIC}/api/dyte/webhook"
FAILED = "watch_webhook.failed"
FIVE_MINUTES = 300.0


class Said:
    """The log's lines about the registration, each as it comes."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()

    def __call__(
        self, _logger: object, _method: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        if "webhook" in line["event"]:
            self.lines.put_nowait((line["event"], line.get("why")))
        raise structlog.DropEvent

    async def next(self) -> tuple[str, str | None]:
        return await asyncio.wait_for(self.lines.get(), PATIENCE)

    async def next_but(self, repeated: str) -> tuple[str, str | None]:
        """The next line of another event than that."""
        while (line := await self.next())[0] == repeated:
            pass
        return line


@pytest.fixture
def said(_plain_tracebacks: None) -> Said:
    said = Said()
    structlog.configure(processors=[said])
    return said


@pytest.fixture(params=["dyte", "realtimekit"])
async def watching(
    request: pytest.FixtureRequest,
    settings: Settings,
    world: SandboxWorld,
    aiohttp_server: AiohttpServer,
) -> Container:
    """A service at the fake provider, which looks all the time."""
    server = await aiohttp_server(provider.create_provider_app(world))
    path, token = {
        "dyte": (provider.DYTE_PATH, provider.DYTE_TOKEN),
        "realtimekit": (provider.REALTIMEKIT_PATH, provider.REALTIMEKIT_TOKEN),
    }[request.param]
    changes = {
        "video_provider": request.param,
        "dyte_base_url": str(server.make_url(path)),
        "dyte_token": SecretStr(token),
        "public_url": PUBLIC,
        "sweep": False,
    }
    container = Container(settings=settings.model_copy(update=changes))
    container.between_looks.override(providers.Object(0.02))
    return container


async def test_a_registration_that_is_gone_or_disabled_is_said_once_and_ensure_mends_it(
    watching: Container, world: SandboxWorld, serve: Serve, said: Said
) -> None:
    world.register(URL)
    await serve(watching)
    ensure = watching.ensure_webhook()

    world.webhooks.registrations.clear()
    assert await said.next() == ("webhook.unregistered", "missing")
    assert await ensure(URL) is Ensured.REGISTERED
    assert await said.next() == ("webhook.registered", None)

    world.webhooks.disable()
    assert await said.next() == ("webhook.unregistered", "disabled")
    assert await ensure(URL) is Ensured.MENDED
    assert await said.next() == ("webhook.registered", None)

    before = dict(world.webhooks.registrations)
    assert await ensure(URL) is Ensured.UNCHANGED
    assert world.webhooks.registrations == before


async def test_a_provider_that_cannot_be_asked_has_not_lost_the_registration(
    watching: Container, world: SandboxWorld, serve: Serve, said: Said
) -> None:
    world.register(URL)
    world.faults.follow(FaultPlan(api=ApiFaults(server_error=1)))
    await serve(watching)

    assert await said.next() == (FAILED, None)
    assert await said.next() == (FAILED, None)
    world.faults.follow(FaultPlan())
    world.webhooks.disable()
    assert await said.next_but(FAILED) == ("webhook.unregistered", "disabled")


async def test_a_registration_that_is_missing_at_the_start_is_said_at_once(
    watching: Container, serve: Serve, said: Said
) -> None:
    watching.between_looks.override(providers.Object(FIVE_MINUTES))

    await serve(watching)

    assert await said.next() == ("webhook.unregistered", "missing")


async def test_an_adapter_without_a_registry_is_said_to_be_left_to_somebody(
    watching: Container, serve: Serve, said: Said
) -> None:
    watching.webhook_registry.override(providers.Object(None))

    await serve(watching)

    assert await said.next() == ("webhook.not_watched", None)
