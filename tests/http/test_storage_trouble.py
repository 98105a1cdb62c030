"""What callers get while storage is locked or gone, or partners take all the time there is."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from dependency_injector import providers
from pydantic import SecretStr
from structlog.testing import capture_logs

from adapters.system import new_id, utc_now
from application.see_presence import SeePresence
from domain.caller import Caller
from domain.errors import StorageUnavailableError
from domain.meeting import Admission, Guest, MeetingId
from domain.referral import ReferralId
from domain.who_is_there import WhoIsThere
from entrypoints.app import create_app, operations_of
from entrypoints.container import Container
from entrypoints.http.deadline import MEETING_WITHIN
from entrypoints.settings import Settings
from tests.builders import a_webhook_body
from tests.conftest import Client, Serve
from tests.disks import full, mounted, small_disk
from tests.http.test_endpoints import a_join, a_meeting
from tests.rooms import FaultyRooms
from tests.waiting import PATIENCE, hang

BODY = orjson.dumps(a_webhook_body(meeting="m-1"))
START = {"titleMeet": "enc-1001"}


@dataclass
class SlowRooms(FaultyRooms):
    """Each of several calls takes a while, and joining never comes to an end."""

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        await hang()
        raise AssertionError


@pytest.fixture
def rooms(container: Container) -> SlowRooms:
    twin = SlowRooms(utc_now, new_id)
    container.rooms.override(providers.Object(twin))
    return twin


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"partner_timeout": 0.1})


def file_of(settings: Settings) -> str:
    return settings.database_url.get_secret_value().removeprefix("sqlite:///")


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    with closing(sqlite3.connect(file_of(settings), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def problem(client: Client, path: str, body: object, **headers: str) -> tuple[int, str]:
    answer = await client.post(path, json=body, headers=headers)
    return answer.status, (await answer.json())["type"].rpartition(":")[2]


def test_opening_and_joining_have_the_time_of_two_calls_in_a_row(container: Container) -> None:
    app = create_app(container)

    assert app[MEETING_WITHIN] == 2 * container.settings().partner_timeout


async def test_joining_has_one_deadline_however_many_calls_it_takes(
    rooms: SlowRooms, client: Client
) -> None:
    meeting = await a_meeting(client)

    assert await problem(client, "/api/dyte/participants", a_join(meeting)) == (504, "timed-out")


async def test_reading_has_that_deadline_too(container: Container, serve: Serve) -> None:
    class Endless(SeePresence):
        async def __call__(self, caller: Caller, referral: ReferralId) -> WhoIsThere:
            await hang()
            raise AssertionError

    container.see_presence.override(providers.Factory(Endless, rights=None, meetings=None))
    client = await serve(container)

    answer = await client.get("/api/referrals/enc-1001/presence")

    assert (answer.status, (await answer.json())["type"].rpartition(":")[2]) == (504, "timed-out")


def test_whatever_reads_storage_and_is_no_stream_has_it() -> None:
    reading = [
        one
        for one in operations_of(Settings.model_validate({}))
        if one.method == "GET"
        and "storage-unavailable" in one.problems
        and not any(reply.media == "text/event-stream" for reply in one.replies)
    ]

    assert len(reading) > 5
    assert all(one.reads for one in reading)


async def test_a_start_that_is_cut_off_leaves_its_key_free_and_opens_no_second_meeting(
    rooms: SlowRooms, client: Client
) -> None:
    rooms.holding = True
    key = {"Idempotency-Key": "k-1"}
    assert await problem(client, "/api/dyte/meeting", START, **key) == (504, "timed-out")
    rooms.holding = False

    answer = await client.post("/api/dyte/meeting", json=START, headers=key)

    assert answer.status == 201
    assert len(rooms.rooms) == 1


async def test_a_webhook_about_a_meeting_without_a_title_waits_for_storage_no_longer_than_it_may(
    client: Client, container: Container, settings: Settings
) -> None:
    untitled = orjson.loads(BODY)
    del untitled["meeting"]["title"]
    deadline = asyncio.get_running_loop().time() + 0.1
    with locked(settings), pytest.raises(StorageUnavailableError, match="in time"):
        await container.receive_webhook()({}, orjson.dumps(untitled), deadline)


async def test_a_file_that_is_gone_means_503_and_unready_and_back_without_a_restart(
    serve: Serve, container: Container, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """And it is said once, by storage alone, though the worker asks for work twice a second."""
    path = file_of(settings)
    with capture_logs() as logs:
        client = await serve(container)
        assert await _ready(client) == 200
        os.rename(path, f"{path}.away")
        async with asyncio.timeout(PATIENCE):
            while await _ready(client) == 200:
                pass
        answer = await client.post("/api/dyte/webhook", data=BODY)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        os.rename(f"{path}.away", path)
        answer = await client.post("/api/dyte/webhook", data=BODY)
        assert answer.status in {200, 202}
        assert await _ready(client) == 200

    said = [line["event"] for line in logs if not line["event"].startswith("request")]
    assert said == ["storage.unavailable", "storage.back"]
    assert caplog.text == ""


@pytest.mark.processes
async def test_a_full_disk_is_unready_though_nobody_writes_and_with_room_it_is_ready(
    serve: Serve, settings: Settings, tmp_path: Path
) -> None:
    with small_disk(tmp_path) as disk:
        where = {"database_url": SecretStr(f"sqlite:///{disk}/storage.db"), "sweep": False}
        container = Container(settings=settings.model_copy(update=where))
        client = await serve(container)
        assert await _ready(client) == 200
        async with full(container.store(), disk):
            if not mounted(disk):
                assert await _large(client) == 503
            assert await _becomes(client, 503)
        assert await _becomes(client, 200)
        await client.close()


async def _large(client: Client) -> int:
    sent = {"titleMeet": "enc-1001" + "x" * 1000}
    return (await client.post("/api/dyte/meeting", json=sent)).status


async def _becomes(client: Client, status: int) -> bool:
    async with asyncio.timeout(PATIENCE):
        while await _ready(client) != status:
            pass
    return True


async def _ready(client: Client) -> int:
    return (await client.get("/health/ready")).status
