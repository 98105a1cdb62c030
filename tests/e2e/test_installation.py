"""A database stays with the partners that it was made with, at whatever command."""

import os
from collections.abc import Sequence
from pathlib import Path

import aiohttp
import pytest
from pytest_aiohttp.plugin import AiohttpServer

from adapters.sandbox.world import SandboxWorld
from adapters.storage.schema import newest_version
from adapters.storage.sqlite import SqliteStore
from domain.facts import Fact, Reported
from domain.meeting import MeetingId, PersonId
from domain.presence import Seat
from domain.referral import ReferralId
from entrypoints.container import Container
from entrypoints.resources import open_resources
from entrypoints.sandbox import provider
from entrypoints.sandbox.attendance import create_attendance_app
from entrypoints.settings import Settings
from tests.e2e.processes import Finished, free_port, run, running
from tests.older_schema import emptied, older_schema

ANA = PersonId("dra-ana")
SEAT = Seat(ReferralId("enc-1001"), MeetingId("m-1"), ANA)
COMMANDS = (
    ("inbox", "list"),
    ("inbox", "show", "1"),
    ("inbox", "retry", "--all-dead"),
    ("inbox", "discard", "1", "--why", "a test"),
    ("presence", "show", "enc-1001"),
    ("presence", "clear", "enc-1001", "dra-ana", "--why", "a test"),
    ("privacy", "erase", "dra-ana"),
    ("privacy", "pseudonym", "dra-ana"),
)


@pytest.fixture
async def real(world: SandboxWorld, aiohttp_server: AiohttpServer) -> dict[str, str]:
    """The variables of a service whose partners are both real, as far as it knows."""
    video = await aiohttp_server(provider.create_provider_app(world))
    attendance = await aiohttp_server(create_attendance_app(world))
    return {
        "AUTH": "none",
        "ALLOW_INSECURE": "no-auth",
        "SWEEP": "false",
        "VIDEO_PROVIDER": "dyte",
        "DYTE_BASE_URL": str(video.make_url(provider.DYTE_PATH)),
        "DYTE_TOKEN": provider.DYTE_TOKEN,
        "WEBHOOK_KEY_URL": str(video.make_url(provider.KEY_PATH)),
        "ATTENDANCE_PROVIDER": "http",
        "ATTENDANCE_BASE_URL": str(attendance.make_url("")).rstrip("/"),
        "PORT": str(free_port()),
    }


async def an_undelivered_report(settings: Settings) -> None:
    """What a service leaves behind that ended before the attendance service was told."""
    container = Container(settings=settings)
    async with open_resources(container):
        fact = Fact("k-1", SEAT.referral, SEAT.meeting, Reported(ANA, in_meeting=True), at=0)
        await container.presence().append(fact, SEAT, now=0, due=0)


def at(settings: Settings) -> dict[str, str]:
    return {"DATABASE_URL": settings.database_url.get_secret_value()}


async def refused(arguments: Sequence[str], env: dict[str, str]) -> Finished:
    finished = await run(*arguments, **env)
    assert finished.code == 2, finished
    assert "cannot start with these settings:\n  DATABASE_URL: it belongs to" in finished.errors
    assert "Traceback" not in finished.errors
    return finished


async def test_what_was_practised_never_reaches_the_real_attendance_service(
    settings: Settings, world: SandboxWorld, real: dict[str, str]
) -> None:
    await an_undelivered_report(settings)
    env = {**real, **at(settings)}

    served = await refused(["serve"], env)
    await refused(["migrate", "--adopt"], env)
    await refused(
        ["serve"], {**env, "VIDEO_PROVIDER": "sandbox", "DYTE_TOKEN": "", "DYTE_BASE_URL": ""}
    )
    checked = await run("check", **env)

    assert "video provider sandbox and attendance service sandbox" in served.errors
    assert "video provider dyte (organization sandbox-organization)" in served.errors
    assert checked.code == 1
    assert "failure  database: it belongs to video provider sandbox" in checked.output
    assert world.attendance.shown(SEAT.referral) == {}


async def test_what_waits_goes_to_other_real_partners_only_once_it_was_handed_over(
    settings: Settings, world: SandboxWorld, real: dict[str, str]
) -> None:
    former = {
        **dict(settings),
        "video_provider": "dyte",
        "dyte_token": "b3JnOmtleQ==",
        "attendance_provider": "http",
        "attendance_base_url": "http://127.0.0.1:1",
    }
    await an_undelivered_report(Settings.model_validate(former))
    env = {**real, **at(settings)}

    served = await refused(["serve"], env)
    checked, migrated = await run("check", **env), await run("migrate", **env)
    assert "1 update and 0 webhooks wait in it" in served.errors
    assert "`videochamadas migrate --adopt`" in served.errors
    assert "`videochamadas migrate --adopt`" in checked.output
    assert (checked.code, migrated.code) == (1, 0)
    assert world.attendance.shown(SEAT.referral) == {}

    adopted = await run("migrate", "--adopt", **env)
    assert adopted.code == 0
    async with running("serve", until="then", **env), aiohttp.ClientSession() as http:
        while not world.attendance.shown(SEAT.referral):
            await http.get(f"http://127.0.0.1:{env['PORT']}/health/ready")


async def test_dyte_becomes_realtimekit_by_configuration_alone_while_nothing_waits(
    settings: Settings, real: dict[str, str]
) -> None:
    env = {**real, **at(settings)}
    moved = {
        "VIDEO_PROVIDER": "realtimekit",
        "PROVIDER_ORG_ID": "sandbox-organization",
        "DYTE_BASE_URL": env["DYTE_BASE_URL"].replace(
            provider.DYTE_PATH, provider.REALTIMEKIT_PATH
        ),
        "DYTE_TOKEN": provider.REALTIMEKIT_TOKEN,
    }
    for variables in (env, {**env, **moved}, env):
        async with running("serve", until="then", **variables):
            pass


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
async def test_only_serving_and_migrating_make_a_database(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "wrong" / "storage.db"

    finished = await run(*command, DATABASE_URL=f"sqlite:///{path}")

    assert finished.code == 1
    assert f"cannot use the database: there is none at {path}" in finished.errors
    assert "videochamadas migrate" in finished.errors
    assert finished.output == ""
    assert not path.parent.exists()


async def test_no_command_makes_a_schema_on_postgres_but_serving_and_migrating(
    fresh_postgres: str,
) -> None:
    env = {"DATABASE_URL": fresh_postgres}

    checked, listed = await run("check", **env), await run("inbox", "list", **env)
    again = await run("inbox", "list", **env)
    migrated = await run("migrate", **env)
    ready, found = await run("check", **env), await run("inbox", "list", **env)

    assert "ok       database: reachable, nothing in it yet" in checked.output
    for finished in (listed, again):
        assert finished.code == 1
        assert "cannot use the database: there is nothing of this service in it" in finished.errors
    assert (checked.code, migrated.code, ready.code, found.code) == (0, 0, 0, 0)
    assert "ok       database: reachable, schema version" in ready.output


async def test_check_makes_and_changes_nothing(tmp_path: Path) -> None:
    made, absent, empty = (tmp_path / name for name in ("made.db", "absent.db", "empty.db"))
    empty.touch()
    await run("migrate", DATABASE_URL=f"sqlite:///{made}")
    before = made.read_bytes()

    for path in (made, absent, empty):
        assert (await run("check", DATABASE_URL=f"sqlite:///{path}")).code == 0

    assert (made.read_bytes(), empty.read_bytes()) == (before, b"")
    assert sorted(os.listdir(tmp_path)) == ["empty.db", "made.db"]


async def test_an_older_schema_is_brought_up_by_migrating_alone(tmp_path: Path) -> None:
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/storage.db"}
    store, older = await SqliteStore.open(tmp_path / "storage.db"), newest_version("sqlite") - 1
    await store.run(emptied())
    await store.run(older_schema("sqlite", older))
    await store.close()

    listed, checked = await run("inbox", "list", **env), await run("check", **env)
    migrated = await run("migrate", **env)

    assert listed.code == 1
    assert f"it has version {older}, this program needs {older + 1}" in listed.errors
    assert f"ok       database: reachable, schema version {older} of" in checked.output
    assert migrated.code == 0
    assert (await run("inbox", "list", **env)).code == 0
