"""The real adapters with their wire replaced: what is sent, and what any answer makes of it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from aioresponses import aioresponses

from adapters.attendance.http import HttpAttendance
from adapters.partner_api import PartnerApi
from adapters.provider.profile import DYTE, REALTIMEKIT
from adapters.provider.rooms import ProviderRooms
from adapters.storage.installation import StoredInstallation
from adapters.storage.sqlite import SqliteStore
from domain.errors import Partner
from domain.meeting import Preset
from tests.builders import OURS

BASE = "https://video.example/v2"
ATTENDANCE = "https://attendance.example"


@pytest.fixture
def wire() -> Iterator[aioresponses]:
    with aioresponses() as mocked:
        yield mocked


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def dyte(session: aiohttp.ClientSession) -> ProviderRooms:
    api = PartnerApi(Partner.VIDEO, session, BASE, DYTE.authorization("made-up-token"))
    return ProviderRooms(api, DYTE, {preset: preset.value for preset in Preset})


@pytest.fixture
def realtimekit(session: aiohttp.ClientSession) -> ProviderRooms:
    api = PartnerApi(Partner.VIDEO, session, BASE, REALTIMEKIT.authorization("made-up-token"))
    presets = {Preset.HOST: "group-call-host", Preset.PARTICIPANT: "group-call-participant"}
    return ProviderRooms(api, REALTIMEKIT, presets)


@pytest.fixture
def attendance(session: aiohttp.ClientSession) -> HttpAttendance:
    return HttpAttendance(
        PartnerApi(Partner.ATTENDANCE, session, ATTENDANCE, "Bearer made-up-token")
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "storage.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    """Of our installation."""
    opened = await SqliteStore.open(path)
    await StoredInstallation(opened).take(OURS)
    yield opened
    await opened.close()
