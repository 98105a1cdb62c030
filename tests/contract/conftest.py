"""Every adapter of every port: what a suite in this folder says holds for all of them."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from pytest_aiohttp.plugin import AiohttpServer

from adapters.attendance.http import HttpAttendance
from adapters.book.deliveries import DeliveryBook
from adapters.book.erasure import ErasureBook
from adapters.book.inbox import InboxBook
from adapters.book.meetings import MeetingBook
from adapters.book.postgres import PostgresStore
from adapters.book.receipts import ReceiptBook
from adapters.book.retention import RetentionBook
from adapters.book.seats import SeatBook
from adapters.book.secrets import SecretBook
from adapters.book.sqlite import SqliteStore
from adapters.book.steps import Steps, Store
from adapters.book.sweeps import SweepBook
from adapters.callers.api_keys import ApiKeys, entry_of, read_entries
from adapters.callers.doctor_tokens import DoctorTokens
from adapters.callers.either import KeysOrTokens
from adapters.callers.signers import GivenSigner, load_signer
from adapters.partner_api import PartnerApi
from adapters.provider.profile import DYTE, REALTIMEKIT
from adapters.provider.rooms import ProviderRooms
from adapters.sandbox.world import SandboxWorld
from domain.book import Deliveries, Intake, KnownMeetings, Seats
from domain.errors import Partner
from domain.inbox import Inbox, Retention
from domain.meeting import Preset
from domain.ports import Attendance, Callers, VideoRooms
from domain.privacy import Erasure
from domain.receipt import Receipts
from domain.sweeping import Sweeps
from entrypoints.sandbox import provider
from entrypoints.sandbox.attendance import create_attendance_app
from tests.identity import AUDIENCE, ISSUER, public_pem

TABLES = ("deliveries", "facts", "seats", "meetings", "sweeps", "receipts", "secrets")
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


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        sqlite = await SqliteStore.open(tmp_path / "book.db")
        yield sqlite
        await sqlite.close()
    else:
        postgres = await PostgresStore.open(request.getfixturevalue("postgres_url"))
        await postgres.run(emptied())
        yield postgres
        await postgres.close()


def emptied() -> Steps[None]:
    for table in TABLES:
        yield f"DELETE FROM {table}", ()


@pytest.fixture
def intake(store: Store) -> Intake:
    return DeliveryBook(store)


@pytest.fixture
def deliveries(store: Store) -> Deliveries:
    return DeliveryBook(store)


@pytest.fixture
def seats(store: Store) -> Seats:
    return SeatBook(store)


@pytest.fixture
def meetings(store: Store) -> KnownMeetings:
    return MeetingBook(store)


@pytest.fixture
def receipts(store: Store) -> Receipts:
    return ReceiptBook(store)


@pytest.fixture
def inbox(store: Store) -> Inbox:
    return InboxBook(store)


@pytest.fixture
def retention(store: Store) -> Retention:
    return RetentionBook(store)


@pytest.fixture
def secrets(store: Store) -> SecretBook:
    return SecretBook(store)


@pytest.fixture(params=["keys", "tokens", "keys or tokens"])
def callers(request: pytest.FixtureRequest) -> Callers:
    """Adapters that ask; ``GOOD`` has a credential for each. Who asks nobody has no contract."""
    keys = ApiKeys(read_entries(entry_of("vck_good", "portal", operator=False)))
    signer = GivenSigner(load_signer(public_pem()))
    tokens = DoctorTokens(signer, {"RS256"}, ISSUER, AUDIENCE, "sub", time.time)
    asking: dict[str, Callers] = {"keys": keys, "tokens": tokens}
    return asking.get(request.param, KeysOrTokens(keys, tokens))


@pytest.fixture
def erasure(store: Store) -> Erasure:
    return ErasureBook(store)


@pytest.fixture
def sweeps(store: Store) -> Sweeps:
    return SweepBook(store)
