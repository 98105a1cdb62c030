"""Operators over HTTP: why a person is shown in a meeting, and reporting them out."""

import asyncio

import pytest
from structlog.testing import capture_logs

from entrypoints.container import Container
from tests.conftest import Client
from tests.http.operators import UNKNOWN, Json, asked, audited, faulty_fields, slug, told
from tests.http.test_endpoints import marks

ANA = {"userId": "dra-ana", "why": "canary asked"}


async def reported_in(client: Client, meeting: str = "m-1", referral: str = "enc-1001") -> None:
    path = f"/attendance-service/referrals/{referral}/meetings/{meeting}/user"
    await client.post(path, json={"inMeeting": True, "userId": "dra-ana"})


async def timeline(client: Client) -> list[Json]:
    status, document = await asked(client, "presence/enc-1001")
    assert status == 200
    meetings: list[Json] = document["meetings"]
    return meetings


async def test_each_meeting_tells_its_facts_and_what_they_come_to(client: Client) -> None:
    await reported_in(client, "m-1")
    await reported_in(client, "m-2")
    end = {"event": "meeting.ended", "reason": "ALL_PARTICIPANTS_LEFT"}
    about = {"meeting": {"id": "m-1", "title": "enc-1001", "sessionId": "s-1"}}
    await client.post("/api/dyte/webhook", json={**end, **about})

    first, second = await timeline(client)

    assert (first["meetingId"], second["meetingId"]) == ("m-1", "m-2")
    assert [(fact["seq"], fact["kind"]) for fact in first["facts"]] == [
        (1, "Reported"),
        (3, "SessionEnded"),
    ]
    assert [fact["says"] for fact in first["facts"]] == [
        {"person": "dra-ana", "in_meeting": True, "why": ""},
        {
            "session": "s-1",
            "reason": "ALL_PARTICIPANTS_LEFT",
            "empties": True,
            "ended_at": None,
        },
    ]
    seats = {seat["userId"]: seat for seat in first["seats"]}
    assert {*seats} == {"dra-ana", "dr-bruno"}
    ana, still = seats["dra-ana"], second["seats"][0]
    assert (ana["inMeeting"], ana["because"]) == (False, "a session's end emptied the room")
    assert (ana["told"]["inMeeting"], ana["told"]["upTo"]) == (False, 3)
    assert (ana["waiting"], ana["refused"]) == (None, None)
    assert (still["inMeeting"], still["because"]) == (True, "reported in")


async def test_a_seat_that_was_refused_says_why_and_was_told_nothing(client: Client) -> None:
    await reported_in(client, referral="enc-9")

    _, document = await asked(client, "presence/enc-9")

    (seat,) = document["meetings"][0]["seats"]
    assert (seat["told"], seat["waiting"], seat["refused"]) == (None, None, "unknown-referral")


async def test_a_correction_reaches_the_attendance_service_from_every_meeting(
    client: Client, container: Container
) -> None:
    await reported_in(client, "m-1")
    await reported_in(client, "m-2")

    with capture_logs() as logs:
        assert await told(client, "presence/enc-1001/clear", ANA) == (200, {"count": 2})

    shown: list[Json] = []
    async with asyncio.timeout(10):
        while len(shown) != 2 or any(seat["told"]["inMeeting"] for seat in shown):
            shown = [seat for meeting in await timeline(client) for seat in meeting["seats"]]
    assert await marks(client) == {"dra-ana": False}
    assert (await timeline(client))[0]["facts"][1]["says"]["why"] == "canary asked"
    what = f"presence/{container.pseudonyms().of('enc-1001')}"
    assert audited(logs) == [("audit.presence_cleared", "anyone", what, "2 meetings")]
    assert "canary" not in str(logs)
    assert "dra-ana" not in str(logs)


async def test_an_unknown_person_or_referral_is_a_404_and_is_in_no_log(
    client: Client,
) -> None:
    await reported_in(client)

    with capture_logs() as logs:
        nobody = await told(client, "presence/enc-1001/clear", {**ANA, "userId": "dr-canary"})
        nowhere = await told(client, "presence/canary/clear", ANA)
        unknown = await asked(client, "presence/canary")

    assert slug(nobody) == slug(nowhere) == slug(unknown) == UNKNOWN
    assert [line[:2] + line[3:] for line in audited(logs)] == [
        *[("audit.presence_cleared", "anyone", "0 meetings")] * 2,
        ("audit.presence_read", "anyone", "0 meetings"),
    ]
    assert all(line[2].startswith("presence/") for line in audited(logs))
    assert "canary" not in str(logs)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["userId", "why"]),
        ({"userId": " ", "why": ""}, ["userId", "why"]),
        ({**ANA, "meetingId": "m-1"}, ["$"]),
    ],
)
async def test_a_faulty_correction_is_named_and_changes_nothing(
    client: Client, body: object, fields: list[str]
) -> None:
    await reported_in(client)

    assert faulty_fields(await told(client, "presence/enc-1001/clear", body)) == fields
    assert await marks(client) == {"dra-ana": True}


async def test_a_faulty_referral_is_named(client: Client) -> None:
    assert faulty_fields(await asked(client, f"presence/{'x' * 256}")) == ["referral"]
    assert faulty_fields(await told(client, "presence/%20/clear", ANA)) == ["referral"]
