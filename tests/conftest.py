"""What all tests share: a clean environment, the sandbox, and the service on a test port."""

from collections.abc import AsyncIterator
from unittest.mock import Mock

import aioresponses.core
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from adapters.sandbox.world import SandboxWorld
from adapters.system import new_id, utc_now
from entrypoints.container import Container
from entrypoints.http.app import create_app
from entrypoints.settings import Settings

Client = TestClient[web.Request, web.Application]


class _Response(ClientResponse):
    """aioresponses 0.7.9 does not know the argument that aiohttp 3.14 asks for (its issue 289)."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("stream_writer", Mock(output_size=0))
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


aioresponses.core.ClientResponse = _Response  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
async def world() -> AsyncIterator[SandboxWorld]:
    async with SandboxWorld.open(utc_now, new_id, over_http=True) as opened:
        yield opened


@pytest.fixture
def container() -> Container:
    """The service's own container with the sandbox twins; override before using ``client``."""
    return Container(settings=Settings())


@pytest.fixture
async def client(aiohttp_client: AiohttpClient, container: Container) -> Client:
    """The whole HTTP interface over that container."""
    return await aiohttp_client(create_app(container))
