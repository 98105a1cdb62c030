"""The fake provider over HTTP: documented shapes and errors, and faults on command."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import cloudflare
import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpServer

from adapters.sandbox.faults import ApiFaults
from adapters.sandbox.webhooks import ALL_EVENTS
from adapters.sandbox.world import SandboxWorld
from domain.meeting import MeetingId, PersonId
from entrypoints.sandbox import provider
from tests.builders import a_guest

DYTE = {"Authorization": f"Basic {provider.DYTE_TOKEN}"}
PARTICIPANT = {"custom_participant_id": "dra-ana", "preset_name": "group_call_host", "name": "Ana"}


@pytest.fixture
async def server(world: SandboxWorld, aiohttp_server: AiohttpServer) -> TestServer:
    return await aiohttp_server(provider.create_provider_app(world))


@pytest.fixture
async def dyte(server: TestServer) -> AsyncIterator[aiohttp.ClientSession]:
    base = str(server.make_url(f"{provider.DYTE_PATH}/"))
    async with aiohttp.ClientSession(base, headers=DYTE) as session:
        yield session


async def opened(dyte: aiohttp.ClientSession) -> str:
    answer = await dyte.post("meetings", json={"title": "enc-1"})
    return str((await answer.json())["data"]["id"])


async def test_a_public_client_library_opens_a_meeting_and_adds_a_participant(
    server: TestServer,
) -> None:
    client = cloudflare.AsyncCloudflare(
        api_token=provider.REALTIMEKIT_TOKEN, base_url=str(server.make_url("/client/v4"))
    )
    async with client:
        meeting = await client.realtime_kit.meetings.create(
            "sandbox-app", account_id="sandbox-account", title="enc-1"
        )
        assert meeting.data is not None
        added = await client.realtime_kit.meetings.add_participant(
            meeting.data.id,
            account_id="sandbox-account",
            app_id="sandbox-app",
            custom_participant_id="dra-ana",
            preset_name="group_call_host",
        )

    assert meeting.data.title == "enc-1"
    assert added.data is not None
    assert added.data.token


async def test_answers_are_in_the_documented_envelope(dyte: aiohttp.ClientSession) -> None:
    meeting = await opened(dyte)
    added = await dyte.post(f"meetings/{meeting}/participants", json=PARTICIPANT)
    document = await added.json()

    assert added.status == 201
    assert document["success"] is True
    assert document["data"]["preset_name"] == "group_call_host"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "meetings/{m}/active-session", None, 404, "No active session found"),
        ("GET", "meetings/nope", None, 404, ""),
        ("GET", "sessions/nope/participants", None, 404, "No session found"),
        ("GET", "nope", None, 404, ""),
        ("POST", "meetings/{m}/participants", {"preset_name": "x"}, 400, "BAD_REQUEST"),
        (
            "POST",
            "meetings/{m}/participants",
            {**PARTICIPANT, "preset_name": "boss"},
            400,
            "No preset found",
        ),
        ("POST", "webhooks", {"name": "w", "url": "x", "events": []}, 400, "BAD_REQUEST"),
        ("DELETE", "webhooks/nope", None, 404, "No webhook found"),
        ("DELETE", "meetings/{m}", None, 405, ""),
    ],
)
async def test_errors_have_the_documented_shape(
    dyte: aiohttp.ClientSession, method: str, path: str, body: object, status: int, message: str
) -> None:
    answer = await dyte.request(method, path.replace("{m}", await opened(dyte)), json=body)
    document = await answer.json()

    assert answer.status == status
    assert document["success"] is False
    assert document["error"]["code"] == status
    assert message in document["error"]["message"]


@pytest.mark.parametrize(
    ("path", "authorization"),
    [
        (provider.DYTE_PATH, None),
        (provider.DYTE_PATH, "Basic d3Jvbmc="),
        (provider.DYTE_PATH, f"Bearer {provider.REALTIMEKIT_TOKEN}"),
        (provider.REALTIMEKIT_PATH, f"Basic {provider.DYTE_TOKEN}"),
    ],
)
async def test_wrong_credentials_are_a_401_outside_the_envelope(
    server: TestServer, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    async with aiohttp.ClientSession(headers=headers) as session:
        answer = await session.post(server.make_url(f"{path}/meetings"), json={})
        assert answer.status == 401
        assert await answer.json() == {"message": "Unauthorized"}


async def test_the_active_session_and_who_is_in_it(
    server: TestServer, dyte: aiohttp.ClientSession
) -> None:
    meeting = await opened(dyte)
    await dyte.post(f"meetings/{meeting}/participants", json=PARTICIPANT)
    control = str(server.make_url(f"/sandbox/calls/{meeting}"))
    await dyte.post(f"{control}/join", json={"userId": "dra-ana"})
    session = (await (await dyte.get(f"meetings/{meeting}/active-session")).json())["data"]
    listed = await (await dyte.get(f"sessions/{session['id']}/participants")).json()

    assert session["status"] == "LIVE"
    assert session["live_participants"] == 1
    (inside,) = listed["data"]["participants"]
    assert inside["custom_participant_id"] == "dra-ana"
    assert inside["left_at"] is None


@pytest.mark.parametrize(
    ("path", "authorization", "inside"),
    [
        (provider.DYTE_PATH, f"Basic {provider.DYTE_TOKEN}", True),
        (provider.REALTIMEKIT_PATH, f"Bearer {provider.REALTIMEKIT_TOKEN}", False),
    ],
)
async def test_live_sessions_of_all_meetings_are_listed_by_pages(
    server: TestServer, world: SandboxWorld, path: str, authorization: str, *, inside: bool
) -> None:
    meetings = [await world.rooms.open(f"enc-{number}") for number in range(3)]
    for meeting in meetings:
        await world.rooms.admit(a_guest(), meeting.id)
        world.calls.join(meeting.id, PersonId("dra-ana"))
    world.calls.everyone_leaves(meetings[0].id)

    query = {"status": "LIVE", "page_no": "2", "per_page": "1"}
    async with aiohttp.ClientSession(headers={"Authorization": authorization}) as session:
        answer = await session.get(server.make_url(f"{path}/sessions"), params=query)
        document = await answer.json()

    (row,) = document["data"]["sessions"]
    paging = (document["data"] if inside else document)["paging"]
    assert (row["associated_id"], row["status"], row["live_participants"]) == (
        meetings[2].id,
        "LIVE",
        1,
    )
    assert paging == {"total_count": 2, "start_offset": 1, "end_offset": 2}


async def test_a_webhook_is_registered_once_listed_and_deleted(
    dyte: aiohttp.ClientSession,
) -> None:
    body = {"name": "w", "url": "http://127.0.0.1:1/x", "events": ["meeting.ended"]}
    first = await dyte.post("webhooks", json=body)
    again = await dyte.post("webhooks", json=body)
    registration = (await first.json())["data"]
    listed = await (await dyte.get("webhooks")).json()
    await dyte.delete(f"webhooks/{registration['id']}")
    left = await (await dyte.get("webhooks")).json()

    assert (first.status, again.status) == (201, 409)
    assert registration["events"] == ["meeting.ended"]
    assert listed["data"] == [registration]
    assert left["data"] == []


async def test_a_webhook_is_changed_in_the_fields_that_are_sent(
    dyte: aiohttp.ClientSession, world: SandboxWorld
) -> None:
    world.register("http://127.0.0.1:1/x")
    (number,) = world.webhooks.registrations
    changed = await dyte.patch(f"webhooks/{number}", json={"enabled": False})
    unknown = await dyte.patch("webhooks/nope", json={"enabled": True})
    wrong = await dyte.patch(f"webhooks/{number}", json={"events": ["meeting.exploded"]})
    row = (await changed.json())["data"]

    assert (changed.status, unknown.status, wrong.status) == (200, 404, 400)
    assert (row["enabled"], row["url"]) == (False, "http://127.0.0.1:1/x")
    assert set(row["events"]) == {*ALL_EVENTS}
    assert list(world.webhooks.registrations) == [number]


async def test_registrations_are_disabled_or_lost_on_command(
    server: TestServer, dyte: aiohttp.ClientSession, world: SandboxWorld
) -> None:
    world.register("http://127.0.0.1:1/x")
    await dyte.post(str(server.make_url("/sandbox/registrations/disable")))
    disabled = await (await dyte.get("webhooks")).json()
    await dyte.post(str(server.make_url("/sandbox/registrations/lose")))
    lost = await (await dyte.get("webhooks")).json()

    assert [row["enabled"] for row in disabled["data"]] == [False]
    assert lost["data"] == []


async def test_the_public_key_is_published_as_documented(
    server: TestServer, dyte: aiohttp.ClientSession, world: SandboxWorld
) -> None:
    url = str(server.make_url("/.well-known/webhooks.json"))
    before = await (await dyte.get(url)).json()
    await dyte.post(str(server.make_url("/sandbox/rotate-key")))
    after = await (await dyte.get(url)).json()

    assert before["data"]["publicKey"].startswith("-----BEGIN PUBLIC KEY-----")
    assert after["data"]["publicKey"] == world.key.public_pem != before["data"]["publicKey"]


@pytest.mark.parametrize(
    ("faults", "status", "content_type"),
    [
        ({"too_many_requests": 1}, 429, "application/octet-stream"),
        ({"server_error": 1}, 500, "application/json"),
        ({"html": 1}, 404, "text/html"),
        ({"unauthorized": 1}, 401, "application/json"),
    ],
)
async def test_calls_fail_on_command_and_have_no_effect(
    server: TestServer,
    dyte: aiohttp.ClientSession,
    world: SandboxWorld,
    faults: dict[str, int],
    status: int,
    content_type: str,
) -> None:
    plan = {"seed": 1, "api": faults}
    await dyte.put(str(server.make_url("/sandbox/faults")), json=plan)

    answer = await dyte.post("meetings", json={"title": "enc-1"})

    assert (answer.status, answer.content_type) == (status, content_type)
    assert world.rooms.rooms == {}


async def test_a_call_hangs_on_command(dyte: aiohttp.ClientSession, world: SandboxWorld) -> None:
    world.faults.plan.api = ApiFaults(hang=1)

    with pytest.raises(TimeoutError):
        await dyte.get("meetings", timeout=aiohttp.ClientTimeout(total=0.05))


async def test_a_reset_forgets_meetings_and_faults(
    server: TestServer, dyte: aiohttp.ClientSession, world: SandboxWorld
) -> None:
    await opened(dyte)
    await dyte.put(str(server.make_url("/sandbox/faults")), json={"webhooks": {"drop": 1}})
    await dyte.post(str(server.make_url("/sandbox/reset")))

    assert world.rooms.rooms == {}
    assert world.faults.plan.webhooks.drop == 0
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("path", "authorization"),
    [
        (provider.DYTE_PATH, f"Basic {provider.DYTE_TOKEN}"),
        (provider.REALTIMEKIT_PATH, f"Bearer {provider.REALTIMEKIT_TOKEN}"),
    ],
    ids=["dyte", "realtimekit"],
)
async def test_a_meeting_is_set_inactive_and_its_people_are_kicked(
    server: TestServer, world: SandboxWorld, path: str, authorization: str
) -> None:
    headers = {"Authorization": authorization}
    async with aiohttp.ClientSession(str(server.make_url(f"{path}/")), headers=headers) as http:
        meeting = await opened(http)
        await http.post(f"meetings/{meeting}/participants", json=PARTICIPANT)
        world.calls.join(MeetingId(meeting), PersonId("dra-ana"))
        inactive = await http.patch(f"meetings/{meeting}", json={"status": "INACTIVE"})
        again = await http.post(
            f"meetings/{meeting}/participants",
            json={**PARTICIPANT, "custom_participant_id": "dr-bruno"},
        )
        kicked = await http.post(f"meetings/{meeting}/active-session/kick-all")
        nobody = await http.post(f"meetings/{meeting}/active-session/kick-all")
        wrong = await http.patch(f"meetings/{meeting}", json={"status": "CLOSED"})
        unknown = await http.patch("meetings/other", json={"status": "INACTIVE"})

        assert (await inactive.json())["data"]["status"] == "INACTIVE"
        assert (await kicked.json())["data"]["kicked_participants_count"] == 1
    statuses = [answer.status for answer in (inactive, again, kicked, nobody, wrong, unknown)]
    assert statuses == [200, 400, 200, 404, 400, 404]
