"""``videochamadas check`` names what is planted, and what to do about it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpServer

from adapters.plug_in import AdapterContext, Finding, VideoAdapter
from adapters.provider.signature import load_key
from adapters.provider.webhooks import ProviderWebhooks
from adapters.published_keys import GivenKeys
from adapters.sandbox.faults import ApiFaults, FaultPlan
from adapters.sandbox.rooms import SandboxRooms
from adapters.sandbox.world import SandboxWorld
from adapters.storage.postgres_probe import look_at_postgres
from adapters.storage.room import LITTLE, TOO_LITTLE, judged
from adapters.storage.sqlite import SqliteStore
from adapters.system import new_id, utc_now
from entrypoints.cli.check import examine
from entrypoints.cli.open_files import look_at_open_files
from entrypoints.database import open_store
from entrypoints.sandbox import provider
from entrypoints.sandbox.attendance import create_attendance_app
from entrypoints.shown_settings import shown_url
from tests.builders import OURS

PUBLIC = "https://videochamadas.hospital.example"
URL = f"{PUBLIC}/api/dyte/webhook"
OF_THE_MACHINE = {"disk", "open files"}
"""What whoever runs the tests may have too little of."""
JWT = {"AUTH": "jwt", "ALLOW_INSECURE": "", "JWT_ISSUER": "i", "JWT_AUDIENCE": "a"}
Check = Callable[[Mapping[str, str]], Awaitable[list[Finding]]]


@pytest.fixture
async def env(world: SandboxWorld, aiohttp_server: AiohttpServer, tmp_path: Path) -> dict[str, str]:
    """The variables of a service over the served twins, which send it their webhooks."""
    world.register(URL)
    video = await aiohttp_server(provider.create_provider_app(world))
    attendance = await aiohttp_server(create_attendance_app(world))
    return {
        "AUTH": "none",
        "ALLOW_INSECURE": "no-auth",
        "VIDEO_PROVIDER": "dyte",
        "DYTE_BASE_URL": str(video.make_url(provider.DYTE_PATH)),
        "DYTE_TOKEN": provider.DYTE_TOKEN,
        "PUBLIC_URL": PUBLIC,
        "WEBHOOK_KEY_URL": str(video.make_url(provider.KEY_PATH)),
        "ATTENDANCE_PROVIDER": "http",
        "ATTENDANCE_BASE_URL": str(attendance.make_url("")).rstrip("/"),
        "DATABASE_URL": f"sqlite:///{tmp_path}/storage.db",
    }


@pytest.fixture
def check(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Check:
    """The findings that are not plainly ok, when some variables are changed."""

    async def found(changed: Mapping[str, str]) -> list[Finding]:
        for name, value in {**env, **changed}.items():
            monkeypatch.setenv(name, value)
        _, findings = await asyncio.to_thread(examine, lambda _settings: None)
        assert "canary" not in str(findings)
        ours = [finding for finding in findings if finding.subject not in OF_THE_MACHINE]
        return [finding for finding in ours if finding.warning or not finding.ok]

    return found


async def test_nothing_is_named_or_changed_when_all_is_well(
    check: Check, world: SandboxWorld, tmp_path: Path
) -> None:
    registered = dict(world.webhooks.registrations)
    before_the_first_start = await check({})
    made = files(tmp_path)
    await (await SqliteStore.open(tmp_path / "storage.db")).close()
    started = files(tmp_path)
    afterwards = await check({})

    assert (before_the_first_start, afterwards) == ([], [])
    assert made == {}
    assert files(tmp_path) == started
    assert world.webhooks.registrations == registered


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("changed", "subject", "hint"),
    [
        ({"VIDEO_PROVDER": "dyte"}, "settings", "VIDEO_PROVDER: is no setting; VIDEO_PROVIDER is"),
        ({"PORT": "many"}, "settings", "PORT: "),
        ({"DYTE_TOKEN": "b3JnOndyb25n"}, "video provider", "refuses DYTE_TOKEN"),
        ({"DYTE_BASE_URL": "http://127.0.0.1:1"}, "video provider", "check DYTE_BASE_URL"),
        ({"PRESET_HOST": "other"}, "preset other", "set PRESET_HOST"),
        ({"ATTENDANCE_BASE_URL": "http://127.0.0.1:1"}, "attendance service", "ATTENDANCE_BASE"),
        ({"WEBHOOK_KEY_URL": "http://127.0.0.1:1"}, "webhook key", "check WEBHOOK_KEY_URL"),
        (
            {"PUBLIC_URL": "https://old.example"},
            "webhook registration",
            "webhook ensure` mends it",
        ),
        (JWT | {"JWT_JWKS_URL": "http://127.0.0.1:1"}, "identity provider", "check JWT_JWKS_URL"),
        ({"DATABASE_URL": "sqlite:////dev/null/storage.db"}, "database", "check DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:////"}, "database", "check DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://me:canary@127.0.0.1:1/x"}, "database", "DATABASE_URL"),
    ],
)
async def test_what_is_wrong_is_a_failure_that_says_how_to_mend_it(
    check: Check, changed: dict[str, str], subject: str, hint: str
) -> None:
    failures = [finding for finding in await check(changed) if not finding.ok]

    assert [finding.subject for finding in failures] == [subject]
    assert hint in failures[0].detail


async def test_a_registration_that_does_not_work_is_a_failure_and_one_too_many_a_warning(
    check: Check, world: SandboxWorld
) -> None:
    (ours,) = world.webhooks.registrations.values()
    world.register(URL)
    (twice,) = await check({})
    del world.webhooks.registrations[ours.id]
    (other,) = world.webhooks.registrations.values()
    world.webhooks.registrations[other.id] = replace(other, events=other.events[1:])
    (incomplete,) = await check({})
    world.webhooks.disable()
    (disabled,) = await check({})

    wrong = [twice, incomplete, disabled]
    assert {finding.subject for finding in wrong} == {"webhook registration"}
    assert [finding.ok for finding in wrong] == [True, False, False]
    assert "registered 2 times; `webhook remove`" in twice.detail
    assert f"without meeting.started: {URL}; `videochamadas webhook ensure`" in incomplete.detail
    assert f"disabled: {URL}; `videochamadas webhook ensure`" in disabled.detail


async def test_a_registration_that_nobody_can_ask_for_is_a_warning_that_says_what_to_do(
    check: Check, world: SandboxWorld
) -> None:
    (unset,) = await check({"PUBLIC_URL": ""})
    world.faults.follow(FaultPlan(api=ApiFaults(server_error=1)))
    *_, unknown = await check({"PUBLIC_URL": PUBLIC})
    (by_hand,) = await check(PLUGGED_IN)

    assert {one.subject for one in (unset, unknown, by_hand)} == {"webhook registration"}
    assert all(one.ok and one.warning for one in (unset, unknown, by_hand))
    assert "set PUBLIC_URL" in unset.detail
    assert "mend the video provider first" in unknown.detail
    assert "look at the provider itself" in by_hand.detail


PLUGGED_IN = {"VIDEO_PROVIDER": f"{__name__}:without_registry"} | dict.fromkeys(
    ("DYTE_BASE_URL", "DYTE_TOKEN", "WEBHOOK_KEY_URL"), ""
)


def without_registry(context: AdapterContext) -> VideoAdapter:
    """Of somebody who registers webhooks by hand."""
    rooms = SandboxRooms(utc_now, new_id)
    return VideoAdapter(rooms, ProviderWebhooks(GivenKeys(lambda: load_key(""))))


async def test_a_variable_that_nothing_reads_is_a_warning_without_its_value(check: Check) -> None:
    (finding,) = await check({"DYTE_API_KEY": "canary"})

    assert (finding.ok, finding.subject) == (True, "settings")
    assert finding.detail.startswith("DYTE_API_KEY: is no setting")


async def test_an_attendance_service_that_does_not_speak_json_is_a_failure(
    check: Check, world: SandboxWorld
) -> None:
    world.attendance_faults.follow(FaultPlan(api=ApiFaults(html=1)))

    (finding,) = await check({})

    assert (finding.ok, finding.subject) == (False, "attendance service")


@pytest.mark.parametrize(
    "published", [None, {"data": {}}, {"data": {"publicKey": "no key"}}, {"publicKey": 7}]
)
async def test_a_url_that_gives_no_key_is_a_failure(
    check: Check, aiohttp_server: AiohttpServer, published: object
) -> None:
    async def stub(_request: web.Request) -> web.Response:
        if published is None:
            raise web.HTTPNotFound(text='{"success": false}', content_type="application/json")
        return web.json_response(published)

    app = web.Application()
    app.router.add_get("/keys", stub)
    url = str((await aiohttp_server(app)).make_url("/keys"))

    (finding,) = await check({"WEBHOOK_KEY_URL": url})

    assert (finding.ok, finding.subject) == (False, "webhook key")
    assert "WEBHOOK_KEY_URL" in finding.detail


@pytest.mark.parametrize(
    ("date", "ok"), [("Thu, 01 Jan 2015 12:00:00 GMT", False), ("no date", None)]
)
async def test_a_partners_clock_that_is_far_from_ours_is_a_failure(
    check: Check, aiohttp_server: AiohttpServer, date: str, ok: bool | None
) -> None:
    async def stub(_request: web.Request) -> web.Response:
        return web.json_response({}, status=404, headers={"Date": date})

    app = web.Application()
    app.router.add_get("/{path:.*}", stub)
    url = str((await aiohttp_server(app)).make_url("")).rstrip("/")

    found = await check({"ATTENDANCE_BASE_URL": url})

    assert [(one.subject, one.ok) for one in found] == (
        [] if ok is None else [("clock of the attendance service", ok)]
    )
    assert all("s behind this machine's: set" in finding.detail for finding in found)


async def test_a_database_of_a_newer_program_is_a_failure(check: Check, tmp_path: Path) -> None:
    path = tmp_path / "storage.db"
    await (await SqliteStore.open(path)).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("INSERT INTO schema_versions VALUES (9999)")
        newer.commit()

    (finding,) = await check({})

    assert (finding.ok, finding.subject) == (False, "database")
    assert "has version 9999" in finding.detail


@pytest.fixture
async def postgres(fresh_postgres: str) -> str:
    await (await open_store(fresh_postgres)).close()
    return fresh_postgres


async def test_a_database_that_can_only_be_read_is_a_failure(postgres: str) -> None:
    (well,) = await look_at_postgres(postgres, OURS)
    only_read = f"{postgres}?options=-c%20default_transaction_read_only%3Don"
    (finding,) = await look_at_postgres(only_read, OURS)

    assert (well.ok, finding.ok) == (True, False)
    assert "can only be read" in finding.detail


@pytest.mark.parametrize(
    ("free", "ok", "warning"),
    [(LITTLE, True, False), (LITTLE - 1, True, True), (TOO_LITTLE - 1, False, False)],
)
def test_a_disk_with_little_room_is_a_warning_and_with_less_a_failure(
    free: int, ok: bool, warning: bool
) -> None:
    finding = judged(free, Path("/data"))

    assert (finding.ok, finding.warning) == (ok, warning)
    assert ("make room" in finding.detail) is (not ok or warning)


resource = pytest.importorskip("resource")


@pytest.fixture
def _as_it_was() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_too_few_open_files_are_a_warning() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    (well,), (finding,) = look_at_open_files(hard), look_at_open_files(hard + 1)

    assert (well.warning, finding.ok, finding.warning) == (False, True, True)
    assert "LimitNOFILE" in finding.detail


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///data/a.db", "sqlite:///data/a.db"),
        ("postgresql://db/hospital", "postgresql://db/hospital"),
        ("postgresql://db:5432,other:5433/hospital", "postgresql://db:5432,other:5433/hospital"),
        ("postgresql://me@db:5432/hospital", "postgresql://me@db:5432/hospital"),
        ("postgresql://me:canary@[::1]:5432/h", "postgresql://me:********@[::1]:5432/h"),
        ("postgresql://me:can@ary@db/h", "postgresql://me:********@db/h"),
        ("postgresql://me:canary/p:w@db/h", "postgresql://me:********@db/h"),
        ("postgresql://db/h?password=canary", "postgresql://db/h?********"),
        ("postgresql://me:canary/h", "postgresql://********"),
        ("postgresql://me:[canary", "postgresql://********"),
        ("postgresql://me:x@db/h#canary", "postgresql://********"),
    ],
)
def test_a_database_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert shown_url(url) == shown
