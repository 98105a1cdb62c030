import re

import aiohttp
import pytest
from aioresponses import aioresponses

from adapters.provider.rooms import ProviderRooms
from adapters.request_id import REQUEST_ID
from domain.errors import (
    DomainError,
    PartnerBrokenError,
    PartnerDeclinedError,
    PartnerError,
    PartnerMisconfiguredError,
    PartnerRefusedError,
    PartnerTimeoutError,
    PartnerUnavailableError,
    UnknownMeetingError,
)
from domain.meeting import MeetingId, Preset
from tests.adapters.conftest import BASE
from tests.adapters.sent import sent
from tests.builders import a_guest

MEETINGS = f"{BASE}/meetings"
PARTICIPANTS = f"{BASE}/meetings/m-1/participants"
PAGES = re.compile(re.escape(PARTICIPANTS) + r"\?.*")
M1 = MeetingId("m-1")

RECORD = {
    "id": "p-1",
    "name": "Dra. Ana",
    "custom_participant_id": "dra-ana",
    "preset_name": "group_call_host",
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-01T00:00:00Z",
}


def envelope(data: object, **beside: object) -> dict[str, object]:
    return {"success": True, "data": data, **beside}


def failure(code: int, message: str) -> dict[str, object]:
    return {"success": False, "error": {"code": code, "message": message}}


async def test_opening_sends_the_contracts_payload_and_header(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.post(MEETINGS, status=201, payload=envelope({"id": "m-1"}))
    REQUEST_ID.set("req-1")

    await dyte.open("enc-1")

    (request,) = sent(wire)
    assert request.body == {
        "title": "enc-1",
        "preferred_region": "ap-south-1",
        "record_on_start": False,
        "live_stream_on_start": False,
    }
    assert request.headers["Authorization"] == "Basic made-up-token"
    assert request.headers["X-Request-ID"] == "req-1"


async def test_realtimekit_gets_a_bearer_token_no_region_and_its_own_preset_names(
    wire: aioresponses, realtimekit: ProviderRooms
) -> None:
    wire.post(MEETINGS, status=201, payload=envelope({"id": "m-1"}))
    wire.post(PARTICIPANTS, status=201, payload=envelope({**RECORD, "token": "t"}))

    await realtimekit.open("enc-1")
    admission = await realtimekit.admit(a_guest(), M1)

    opening, adding = sent(wire)
    assert opening.headers["Authorization"] == "Bearer made-up-token"
    assert opening.body == {
        "title": "enc-1",
        "record_on_start": False,
        "live_stream_on_start": False,
    }
    assert isinstance(adding.body, dict)
    assert adding.body["preset_name"] == "group-call-host"
    assert admission.preset is Preset.HOST


async def test_adding_sends_the_contracts_payload(wire: aioresponses, dyte: ProviderRooms) -> None:
    wire.post(PARTICIPANTS, status=201, payload=envelope({**RECORD, "token": "t"}))

    await dyte.admit(a_guest(picture="https://x.example/a.png"), M1)

    assert sent(wire)[0].body == {
        "name": "Dra. Ana",
        "picture": "https://x.example/a.png",
        "custom_participant_id": "dra-ana",
        "preset_name": "group_call_host",
    }


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 409, "payload": failure(409, "conflict")},
        {"status": 400, "payload": failure(400, "participant already exists")},
        {"status": 422, "payload": {"message": "Duplicate custom_participant_id"}},
    ],
)
async def test_who_is_there_already_is_found_brought_up_to_date_and_given_a_fresh_token(
    wire: aioresponses, dyte: ProviderRooms, answer: dict[str, object]
) -> None:
    other = {**RECORD, "id": "p-0", "custom_participant_id": "dr-bruno"}
    old = {**RECORD, "preset_name": "group_call_participant"}
    wire.post(PARTICIPANTS, **answer)
    wire.get(PAGES, payload=envelope([other], paging={"total_count": 2}))
    wire.get(PAGES, payload=envelope([old], paging={"total_count": 2}))
    wire.patch(f"{PARTICIPANTS}/p-1", payload=envelope({**RECORD, "token": "stale"}))
    wire.post(f"{PARTICIPANTS}/p-1/token", payload=envelope({"token": "fresh"}))

    admission = await dyte.admit(a_guest(), M1)

    assert (admission.participant_id, admission.token) == ("p-1", "fresh")
    edit = next(request for request in sent(wire) if request.method == "PATCH")
    assert edit.body == {"name": "Dra. Ana", "preset_name": "group_call_host"}


async def test_a_record_that_is_right_already_is_not_edited(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.post(PARTICIPANTS, status=409, payload=failure(409, "conflict"))
    wire.get(PAGES, payload=envelope({"participants": [RECORD], "paging": {"total_count": 1}}))
    wire.post(f"{PARTICIPANTS}/p-1/token", payload=envelope({"token": "fresh"}))

    await dyte.admit(a_guest(), M1)

    assert [request.method for request in sent(wire)] == ["POST", "GET", "POST"]


async def test_a_record_with_an_odd_id_is_looked_over(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.post(PARTICIPANTS, status=409, payload=failure(409, "conflict"))
    odd: dict[str, object] = {"id": {"odd": []}}
    wire.get(PAGES, payload=envelope([odd]), repeat=True)

    with pytest.raises(PartnerRefusedError):
        await dyte.admit(a_guest(), M1)


async def test_a_conflict_without_the_participant_stays_a_refusal(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.post(PARTICIPANTS, status=409, payload=failure(409, "conflict"))
    wire.get(PAGES, payload=envelope([]), repeat=True)

    with pytest.raises(PartnerRefusedError):
        await dyte.admit(a_guest(), M1)

    assert [request.method for request in sent(wire)] == ["POST", "GET", "GET"]


async def test_a_missing_preset_is_for_the_operator_to_fix(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.post(PARTICIPANTS, status=400, payload=failure(400, "No preset found with name x"))

    with pytest.raises(PartnerMisconfiguredError):
        await dyte.admit(a_guest(), M1)


async def test_a_json_404_is_an_unknown_meeting_and_a_page_of_html_is_not(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.post(PARTICIPANTS, status=404, payload=failure(404, "no meeting"))
    wire.post(PARTICIPANTS, status=404, body="<html>", content_type="text/html")

    with pytest.raises(UnknownMeetingError):
        await dyte.admit(a_guest(), M1)
    with pytest.raises(PartnerBrokenError):
        await dyte.admit(a_guest(), M1)


async def test_a_404_for_opening_is_a_wrong_base_url(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.post(MEETINGS, status=404, payload=failure(404, "not found"))

    with pytest.raises(PartnerMisconfiguredError):
        await dyte.open("enc-1")


@pytest.mark.parametrize("data", [{"id": "p-1"}, {**RECORD, "token": ""}, {"token": "t"}, None])
async def test_a_participant_without_id_or_token_is_a_broken_provider(
    wire: aioresponses, dyte: ProviderRooms, data: object
) -> None:
    wire.post(PARTICIPANTS, status=201, payload=envelope(data))

    with pytest.raises(PartnerBrokenError):
        await dyte.admit(a_guest(), M1)


@pytest.mark.parametrize(
    ("failing", "expected"),
    [
        ({"exception": TimeoutError()}, PartnerTimeoutError),
        ({"exception": aiohttp.ServerTimeoutError()}, PartnerTimeoutError),
        ({"exception": aiohttp.ClientConnectionError()}, PartnerUnavailableError),
        ({"exception": aiohttp.ServerDisconnectedError()}, PartnerUnavailableError),
        ({"exception": ConnectionResetError()}, PartnerUnavailableError),
        ({"exception": aiohttp.ClientPayloadError()}, PartnerBrokenError),
        ({"exception": aiohttp.InvalidURL("x")}, PartnerBrokenError),
        ({"status": 401, "payload": {"message": "Unauthorized"}}, PartnerMisconfiguredError),
        ({"status": 429, "headers": {"retry-after": "4"}}, PartnerUnavailableError),
        ({"status": 500, "payload": failure(500, "x")}, PartnerBrokenError),
        ({"status": 201, "body": '{"data": {"id"'}, PartnerBrokenError),
    ],
)
async def test_every_failure_is_one_of_ours_and_opening_is_never_tried_twice(
    wire: aioresponses,
    dyte: ProviderRooms,
    failing: dict[str, object],
    expected: type[DomainError],
) -> None:
    wire.post(MEETINGS, **failing)
    wire.post(MEETINGS, status=201, payload=envelope({"id": "second"}))

    with pytest.raises(expected):
        await dyte.open("enc-1")

    assert len(sent(wire)) == 1


async def test_an_id_can_never_name_another_path(wire: aioresponses, dyte: ProviderRooms) -> None:
    wire.post(re.compile(".*"), status=404, payload=failure(404, "x"))

    with pytest.raises(UnknownMeetingError):
        await dyte.admit(a_guest(), MeetingId("m-1/../../webhooks?x=1#y"))

    assert sent(wire)[0].path == ("/v2/meetings/m-1%2F..%2F..%2Fwebhooks%3Fx%3D1%23y/participants")


FOUND = re.compile(re.escape(MEETINGS) + r"\?.*")


def a_row(meeting: str, **changed: object) -> dict[str, object]:
    return {"id": meeting, "title": "enc-1", "created_at": "2026-01-01T12:00:00Z", **changed}


@pytest.mark.parametrize("inside", [False, True])
async def test_looking_for_meetings_takes_what_can_be_read_and_leaves_the_rest(
    wire: aioresponses, dyte: ProviderRooms, inside: bool
) -> None:
    rows = [
        a_row("later", created_at="2026-01-01T12:00:02.000+00:00"),
        a_row("right"),
        a_row("naive", created_at="2026-01-01T12:00:01"),
        a_row("early", created_at="2026-01-01T11:59:59.999Z"),
        a_row("undated", created_at=None),
        a_row("odd", created_at="yesterday"),
        a_row("number", created_at=1767268800),
        a_row("other", title="enc-10"),
        a_row("untitled", title=None),
        a_row(""),
        a_row(7),  # type: ignore[arg-type]
        "no row",
    ]
    paging = {"total_count": len(rows) - 1}
    data: object = {"meetings": rows, "paging": paging} if inside else rows
    wire.get(
        FOUND,
        payload={"success": True, "data": data, "paging": paging},
        headers={"Date": "Thu, 01 Jan 2026 12:00:10 GMT"},
    )

    found = await dyte.opened_within("enc-1", 10)

    assert [meeting.id for meeting in found] == ["right", "naive", "later"]
    assert sent(wire)[0].path == "/v2/meetings?page_no=0&per_page=100&search=enc-1"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 404, "payload": failure(404, "x")}, PartnerMisconfiguredError),
        ({"status": 400, "payload": failure(400, "x")}, PartnerRefusedError),
        ({"payload": {"success": True}}, PartnerBrokenError),
        ({"exception": TimeoutError()}, PartnerTimeoutError),
    ],
)
async def test_not_being_able_to_look_is_not_finding_nothing(
    wire: aioresponses,
    dyte: ProviderRooms,
    answer: dict[str, object],
    error: type[DomainError],
) -> None:
    wire.get(FOUND, **answer)

    with pytest.raises(error):
        await dyte.opened_within("enc-1", 60)


def joining(meeting: str) -> str:
    return f"{BASE}/meetings/{meeting}/participants"


async def test_a_meeting_that_is_forbidden_says_nothing_about_others(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    for _ in range(9):
        wire.post(joining("m-1"), status=403, payload=failure(403, "not this one"))
        with pytest.raises(PartnerDeclinedError) as caught:
            await dyte.admit(a_guest(), MeetingId("m-1"))
        assert caught.value.about_item
        assert "not this one" not in str(caught.value)


async def test_five_meetings_that_are_forbidden_in_a_row_are_refused_credentials(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    failures: list[type[PartnerError]] = []
    for number in range(5):
        wire.post(joining(f"m-{number}"), status=403, payload=failure(403, "x"))
        with pytest.raises(PartnerError) as caught:
            await dyte.admit(a_guest(), MeetingId(f"m-{number}"))
        failures.append(type(caught.value))

    assert failures == [PartnerDeclinedError] * 4 + [PartnerMisconfiguredError]


async def test_opening_that_is_forbidden_is_refused_credentials_at_once(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.post(f"{BASE}/meetings", status=403, payload=failure(403, "x"))

    with pytest.raises(PartnerMisconfiguredError):
        await dyte.open("enc-1")


MEETING = f"{MEETINGS}/m-1"
KICK_ALL = f"{MEETING}/active-session/kick-all"
SESSION = f"{MEETING}/active-session"


async def test_closing_lets_nobody_in_before_it_throws_everybody_out(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.patch(MEETING, payload=envelope({"id": "m-1", "status": "INACTIVE"}))
    wire.post(KICK_ALL, payload=envelope({"action": "x", "kicked_participants_count": 2}))

    await dyte.close(M1)

    first, then = sent(wire)
    assert (first.method, first.body) == ("PATCH", {"status": "INACTIVE"})
    assert (then.method, then.body) == ("POST", None)
    assert KICK_ALL.endswith(then.path)


@pytest.mark.parametrize("status", [400, 404, 409, 422])
async def test_whatever_kick_all_says_without_a_session_the_meeting_is_closed(
    wire: aioresponses, dyte: ProviderRooms, status: int
) -> None:
    wire.patch(MEETING, payload=envelope({"id": "m-1"}))
    wire.post(KICK_ALL, status=status, payload=failure(status, "nobody is there"))
    wire.get(SESSION, status=404, payload=failure(404, "No active session found"))

    await dyte.close(M1)


@pytest.mark.parametrize("status", [400, 404, 500])
async def test_a_kick_all_that_left_people_inside_is_a_failure(
    wire: aioresponses, dyte: ProviderRooms, status: int
) -> None:
    wire.patch(MEETING, payload=envelope({"id": "m-1"}))
    wire.post(KICK_ALL, status=status, payload=failure(status, "no"))
    wire.get(SESSION, payload=envelope({"id": "s-1", "associated_id": "m-1"}))

    with pytest.raises(PartnerError):
        await dyte.close(M1)


async def test_where_the_meeting_could_not_be_set_inactive_nobody_is_thrown_out(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.patch(MEETING, status=500, payload=failure(500, "no"))

    with pytest.raises(PartnerBrokenError):
        await dyte.close(M1)
    assert len(sent(wire)) == 1


async def test_closing_a_meeting_that_the_provider_does_not_have_is_its_own_error(
    wire: aioresponses, dyte: ProviderRooms
) -> None:
    wire.patch(MEETING, status=404, payload=failure(404, "No meeting found"))

    with pytest.raises(UnknownMeetingError):
        await dyte.close(M1)
