"""Every adapter of every port: what a suite in this folder says holds for all of them."""

import time
from collections.abc import AsyncIterator
from typing import Protocol

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpServer

from adapters.attendance.http import HttpAttendance
from adapters.callers.api_keys import ApiKeys, entry_of, read_entries
from adapters.callers.doctor_tokens import DoctorTokens
from adapters.callers.identity_keys import load_signer
from adapters.callers.keys_or_tokens import KeysOrTokens
from adapters.partner_api import PartnerApi
from adapters.provider.profile import DYTE, REALTIMEKIT, Profile
from adapters.provider.rooms import ProviderRooms
from adapters.provider.webhook_registry import ProviderWebhookRegistry
from adapters.published_keys import GivenKeys
from adapters.sandbox.world import SandboxWorld
from adapters.storage.closings import StoredClosings
from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.erasure import StoredErasure
from adapters.storage.idempotency import StoredIdempotencyRecords
from adapters.storage.live_lists import StoredLiveLists
from adapters.storage.meetings import StoredMeetings
from adapters.storage.operator_view import StoredOperatorInbox
from adapters.storage.operator_watch import StoredOperatorWatch
from adapters.storage.postgres import PostgresStore
from adapters.storage.presence import StoredPresence
from adapters.storage.referral_meetings import StoredReferralMeetings
from adapters.storage.retention import StoredRetention
from adapters.storage.secrets import StoredSecrets
from adapters.storage.sqlite import SqliteStore
from adapters.storage.sweeps import StoredSweeps
from adapters.storage.transaction import Store, Transaction
from domain.errors import Partner, StorageMissingError
from domain.meeting import Preset
from domain.ports.attendance import Attendance
from domain.ports.callers import Callers
from domain.ports.closings import Closings
from domain.ports.meetings import MeetingRepository
from domain.ports.operator_watch import OperatorWatch
from domain.ports.operators import OperatorInbox
from domain.ports.presence import PresenceFacts, PresenceUpdates
from domain.ports.retention import Erasure, Retention
from domain.ports.starts import IdempotencyRecords
from domain.ports.sweeps import LiveLists, Sweeps
from domain.ports.video import VideoProvider
from domain.ports.webhook_registry import WebhookRegistry
from domain.ports.webhooks import DeliveryQueue, WebhookInbox
from domain.ports.who_is_there import ReferralMeetings
from entrypoints.sandbox import provider
from entrypoints.sandbox.attendance import create_attendance_app
from tests.identity import AUDIENCE, ISSUER, public_pem

TABLES = (
    "deliveries",
    "facts",
    "seats",
    "meetings",
    "sweeps",
    "live_lists",
    "idempotency_records",
    "secrets",
    "published_keys",
    "audit",
    "installation",
    "clock",
    "closings",
)


class PresenceStore(PresenceFacts, PresenceUpdates, Protocol):
    """Facts and the updates that they cause: one adapter behind two ports."""


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
) -> VideoProvider:
    """``world`` is what stands behind each of them."""
    if request.param == "sandbox":
        return world.rooms
    server = await aiohttp_server(provider.create_provider_app(world))
    profile, api = at_the_fake_provider(request.param, server, http)
    return ProviderRooms(api, profile, PRESETS)


@pytest.fixture(params=["dyte", "realtimekit"])
async def registry(
    request: pytest.FixtureRequest,
    world: SandboxWorld,
    aiohttp_server: AiohttpServer,
    http: aiohttp.ClientSession,
) -> WebhookRegistry:
    """``world`` is what stands behind each of them."""
    server = await aiohttp_server(provider.create_provider_app(world))
    _, api = at_the_fake_provider(request.param, server, http)
    return ProviderWebhookRegistry(api)


def at_the_fake_provider(
    name: str, server: TestServer, http: aiohttp.ClientSession
) -> tuple[Profile, PartnerApi]:
    profile, path, token = {
        "dyte": (DYTE, provider.DYTE_PATH, provider.DYTE_TOKEN),
        "realtimekit": (REALTIMEKIT, provider.REALTIMEKIT_PATH, provider.REALTIMEKIT_TOKEN),
    }[name]
    url, authorization = str(server.make_url(path)), profile.authorization(token)
    return profile, PartnerApi(Partner.VIDEO, http, url, authorization)


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
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        sqlite = await SqliteStore.open(request.getfixturevalue("database_file"))
        yield sqlite
        await sqlite.close()
    else:
        postgres = await on_postgres(request.getfixturevalue("postgres_url"))
        await postgres.run(emptied())
        yield postgres
        await postgres.close()


async def on_postgres(url: str) -> PostgresStore:
    """Only the first test brings the schema up, on a connection of its own."""
    try:
        return await PostgresStore.open_existing(url)
    except StorageMissingError:
        return await PostgresStore.open(url)


def emptied() -> Transaction[None]:
    """In one statement, since each would be planned and sent by itself."""
    yield f"DO $$BEGIN {' '.join(f'DELETE FROM {table};' for table in TABLES)} END$$", ()


@pytest.fixture
def webhook_inbox(store: Store) -> WebhookInbox:
    return StoredDeliveries(store)


@pytest.fixture
def deliveries(store: Store) -> DeliveryQueue:
    return StoredDeliveries(store)


@pytest.fixture
def seats(store: Store) -> PresenceStore:
    return StoredPresence(store)


@pytest.fixture
def closings(store: Store) -> Closings:
    return StoredClosings(store)


@pytest.fixture
def meetings(store: Store) -> MeetingRepository:
    return StoredMeetings(store)


@pytest.fixture
def records(store: Store) -> IdempotencyRecords:
    return StoredIdempotencyRecords(store)


@pytest.fixture
def inbox(store: Store) -> OperatorInbox:
    return StoredOperatorInbox(store)


@pytest.fixture
def retention(store: Store) -> Retention:
    return StoredRetention(store)


@pytest.fixture
def secrets(store: Store) -> StoredSecrets:
    return StoredSecrets(store)


@pytest.fixture(params=["keys", "tokens", "keys or tokens"])
def callers(request: pytest.FixtureRequest) -> Callers:
    """Adapters that ask; ``GOOD`` has a credential for each. Who asks nobody has no contract."""
    keys = ApiKeys(read_entries(entry_of("vck_good", "portal")))
    signer = GivenKeys(lambda: load_signer(public_pem()))
    tokens = DoctorTokens(signer, {"RS256"}, ISSUER, AUDIENCE, "sub", time.time)
    asking: dict[str, Callers] = {"keys": keys, "tokens": tokens}
    return asking.get(request.param, KeysOrTokens(keys, tokens))


@pytest.fixture
def erasure(store: Store) -> Erasure:
    return StoredErasure(store)


@pytest.fixture
def sweeps(store: Store) -> Sweeps:
    return StoredSweeps(store)


@pytest.fixture
def live_lists(store: Store) -> LiveLists:
    return StoredLiveLists(store)


@pytest.fixture
def operator_watch(store: Store) -> OperatorWatch:
    return StoredOperatorWatch(store)


@pytest.fixture
def referral_meetings(store: Store) -> ReferralMeetings:
    return StoredReferralMeetings(store)
