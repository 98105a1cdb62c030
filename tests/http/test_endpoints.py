"""The contract, endpoint by endpoint: bodies, messages and statuses to the letter."""

import orjson
import pytest

from tests.builders import a_webhook_body
from tests.conftest import Client

MEETING_FIELDS = [
    "id",
    "title",
    "preferred_region",
    "created_at",
    "record_on_start",
    "updated_at",
    "live_stream_on_start",
    "persist_chat",
    "summarize_on_end",
    "status",
    "recording_config",
]
PARTICIPANT_FIELDS = [
    "id",
    "name",
    "picture",
    "custom_participant_id",
    "preset_name",
    "created_at",
    "updated_at",
    "token",
]


async def a_meeting(client: Client, title: str = "enc-1001") -> str:
    answer = await client.post("/api/dyte/meeting", json={"titleMeet": title})
    document = await answer.json()
    return str(document["data"]["id"])


def a_join(meeting: str, **user: object) -> dict[str, object]:
    person = {"name": "Dra. Ana", "avatar": "https://x.example/a.png", "id": "dra-ana", **user}
    return {"user": person, "idMeet": meeting, "type_preset": "group_call_host"}


async def marks(client: Client, referral: str = "enc-1001") -> dict[str, bool]:
    document = await (await client.get(f"/sandbox/referrals/{referral}")).json()
    return {user["userId"]: user["inMeeting"] for user in document["users"]}


async def test_starting_a_meeting_answers_the_contracts_eleven_fields(client: Client) -> None:
    answer = await client.post("/api/dyte/meeting", json={"titleMeet": " enc-1001 ", "more": 1})
    document = await answer.json()

    assert answer.status == 201
    assert answer.content_type == "application/json"
    assert list(document) == ["data"]
    assert list(document["data"]) == MEETING_FIELDS
    assert document["data"]["title"] == "enc-1001"


async def test_joining_answers_the_contracts_eight_fields_and_is_never_stored(
    client: Client,
) -> None:
    answer = await client.post("/api/dyte/participants", json=a_join(await a_meeting(client)))
    document = await answer.json()

    assert answer.status == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert list(document["data"]) == PARTICIPANT_FIELDS
    assert document["data"]["custom_participant_id"] == "dra-ana"
    assert document["data"]["preset_name"] == "group_call_host"
    assert document["data"]["picture"] == "https://x.example/a.png"
    assert document["data"]["token"]


@pytest.mark.parametrize(
    "avatar",
    ["", None, "http://x.example/a.png", "javascript:alert(1)", "https://x/" + "a" * 3000, "a b"],
)
async def test_an_avatar_that_cannot_be_used_is_ignored(client: Client, avatar: str | None) -> None:
    body = a_join(await a_meeting(client), avatar=avatar)

    answer = await client.post("/api/dyte/participants", json=body)

    assert answer.status == 201
    assert (await answer.json())["data"]["picture"] is None


@pytest.mark.parametrize("in_meeting", [True, False])
async def test_reporting_presence_reaches_the_attendance_service(
    client: Client, in_meeting: bool
) -> None:
    answer = await client.post(
        "/attendance-service/referrals/enc-1001/meetings/meeting-1/user",
        json={"inMeeting": in_meeting, "userId": "dra-ana"},
    )

    assert answer.status == 200
    assert await answer.json() == {"message": "Status do usuário atualizado com sucesso!"}
    assert await marks(client) == {"dra-ana": in_meeting}


@pytest.mark.parametrize("content_type", ["application/json", "text/plain;charset=UTF-8", None])
async def test_leaving_works_with_whatever_content_type_a_beacon_has(
    client: Client, content_type: str | None
) -> None:
    body = orjson.dumps({"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": "meeting-1"})
    headers = {} if content_type is None else {"Content-Type": content_type}

    answer = await client.post(
        "/api/update-doctor-meet",
        data=body,
        headers=headers,
        skip_auto_headers=["Content-Type"],
    )

    assert answer.status == 200
    assert await answer.json() == {"message": "Saída do médico registrada com sucesso!"}
    assert await marks(client) == {"dra-ana": False}


async def test_when_everyone_has_left_both_doctors_are_out(client: Client) -> None:
    meeting = await a_meeting(client)

    answer = await client.post("/api/dyte/webhook", json=a_webhook_body(meeting=meeting))

    assert answer.status == 200
    assert answer.headers["Webhook-Outcome"] == "applied"
    assert await answer.json() == {"message": "Videochamada atualizada com sucesso!"}
    assert await marks(client) == {"dra-ana": False, "dr-bruno": False}


async def test_a_webhook_without_meeting_id_is_about_the_newest_meeting(client: Client) -> None:
    await a_meeting(client)
    newest = await a_meeting(client)

    await client.post("/api/dyte/webhook", json=a_webhook_body(meeting=None))

    document = await (await client.get("/sandbox/referrals/enc-1001")).json()
    assert {user["meetingId"] for user in document["users"]} == {newest}


@pytest.mark.parametrize(
    ("body", "outcome", "message"),
    [
        (a_webhook_body(reason="HOST_ENDED_MEETING"), "ignored", "sucesso"),
        (a_webhook_body(reason=None, event="recording.statusUpdate"), "ignored", "sucesso"),
        (a_webhook_body(meeting=None), "ignored", "Nada foi alterado"),
        (a_webhook_body(title="enc-9"), "dead", "Nada foi alterado"),
    ],
)
async def test_a_webhook_that_changes_nothing_says_so_with_a_200(
    client: Client, body: dict[str, object], outcome: str, message: str
) -> None:
    answer = await client.post("/api/dyte/webhook", json=body)

    assert answer.status == 200
    assert answer.headers["Webhook-Outcome"] == outcome
    assert message in (await answer.json())["message"]
    assert await marks(client) == {}


async def test_a_sandbox_referral_can_be_added_and_read_back(client: Client) -> None:
    body = {"solicitante": {"id": "dr-x"}, "especialista": None}

    answer = await client.put("/sandbox/referrals/enc-77", json=body)

    assert answer.status == 200
    read = await (await client.get("/sandbox/referrals/enc-77")).json()
    assert read == {**body, "id": "enc-77", "users": []}


@pytest.mark.parametrize(("path", "status"), [("live", "ok"), ("ready", "ready")])
async def test_health_needs_no_credential(client: Client, path: str, status: str) -> None:
    answer = await client.get(f"/health/{path}")

    assert answer.status == 200
    assert await answer.json() == {"status": status}
