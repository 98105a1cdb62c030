"""Every adapter of every port: what a suite in this folder says holds for all of them."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from pytest_aiohttp.plugin import AiohttpServer

from adapters.attendance.http import HttpAttendance
from adapters.memory.known_meetings import MemoryKnownMeetings
from adapters.partner_api import PartnerApi
from adapters.provider.profile import DYTE, REALTIMEKIT
from adapters.provider.rooms import ProviderRooms
from adapters.sandbox.world import SandboxWorld
from domain.errors import Partner
from domain.meeting import Preset
from domain.ports import Attendance, KnownMeetings, VideoRooms
from entrypoints.sandbox import provider
from entrypoints.sandbox.attendance import create_attendance_app

PRESETS = {preset: preset.value for preset in Preset}


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(params=["sandbox", "dyte", "realtimekit"])
async def rooms(
    request: pytest.FixtureRequest,
    world: SandboxWorld,
    aiohttp_server: AiohttpServer,
    http: aiohttp.ClientSession,
) -> VideoRooms:
    """``world`` is what stands behind each of them."""
    if request.param == "sandbox":
        return world.rooms
    server = await aiohttp_server(provider.create_provider_app(world))
    profile, path, token = {
        "dyte": (DYTE, provider.DYTE_PATH, provider.DYTE_TOKEN),
        "realtimekit": (REALTIMEKIT, provider.REALTIMEKIT_PATH, provider.REALTIMEKIT_TOKEN),
    }[request.param]
    url, authorization = str(server.make_url(path)), profile.authorization(token)
    return ProviderRooms(PartnerApi(Partner.VIDEO, http, url, authorization), profile, PRESETS)


@pytest.fixture(params=["sandbox", "http"])
async def attendance(
    request: pytest.FixtureRequest,
    world: SandboxWorld,
    aiohttp_server: AiohttpServer,
    http: aiohttp.ClientSession,
) -> Attendance:
    """``world`` is what stands behind each of them."""
    if request.param == "sandbox":
        return world.attendance
    server = await aiohttp_server(create_attendance_app(world))
    return HttpAttendance(PartnerApi(Partner.ATTENDANCE, http, str(server.make_url(""))))


@pytest.fixture
def meetings() -> KnownMeetings:
    return MemoryKnownMeetings()
