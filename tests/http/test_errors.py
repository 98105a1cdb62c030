"""Every error is a problem document: right status, Portuguese texts, nothing of the input."""

from collections.abc import AsyncIterator, Mapping

import orjson
import pytest

from adapters.provider.webhook_json import MOST_VALUES
from adapters.sandbox.attendance import SandboxAttendance
from adapters.sandbox.rooms import SandboxRooms
from adapters.system import new_id, utc_now
from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerDeclinedError,
    PartnerError,
    PartnerMisconfiguredError,
    PartnerRefusedError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)
from domain.meeting import Admission, Guest, Meeting, MeetingId
from domain.presence import Seat
from domain.referral import Referral, ReferralId
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.builders import a_webhook_body
from tests.conftest import Client, Serve

USER = "/attendance-service/referrals/enc-1001/meetings/m-1/user"
JOIN = {
    "user": {"name": "Dra. Ana", "avatar": "", "id": "dra-ana"},
    "idMeet": "m-1",
    "type_preset": "group_call_host",
}
LEAVE = {"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": "m-1"}
CALLS: list[tuple[str, Mapping[str, object]]] = [
    ("/api/dyte/meeting", {"titleMeet": "enc-1001"}),
    ("/api/dyte/participants", JOIN),
    (USER, {"inMeeting": True, "userId": "dra-ana"}),
    ("/api/update-doctor-meet", LEAVE),
    ("/api/dyte/webhook", a_webhook_body()),
]


DIRECT = {"/api/dyte/meeting", "/api/dyte/participants"}


async def problem(
    client: Client, path: str, body: bytes, method: str = "POST"
) -> dict[str, object]:
    answer = await client.request(method, path, data=body)
    document: dict[str, object] = orjson.loads(await answer.read())
    assert answer.content_type == "application/problem+json"
    assert document["status"] == answer.status
    assert document["instance"] == answer.headers["X-Request-ID"]
    assert document["title"]
    assert document["detail"]
    return document


def slug(document: dict[str, object]) -> str:
    return str(document["type"]).rpartition(":")[2]


@pytest.mark.parametrize("path", [path for path, _ in CALLS])
@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"a": nul}', b"[" * 1000])
async def test_malformed_json_is_a_400(client: Client, path: str, body: bytes) -> None:
    document = await problem(client, path, body)

    assert (document["status"], slug(document)) == (400, "malformed-json")


@pytest.mark.parametrize("path", [path for path, _ in CALLS])
async def test_a_body_that_would_be_costly_to_read_is_refused(client: Client, path: str) -> None:
    body = b'{"a":[' + b"0," * MOST_VALUES + b"0]}"

    document = await problem(client, path, body)

    assert slug(document) in {"malformed-json", "body-too-large"}


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/api/dyte/meeting", {}, ["titleMeet"]),
        ("/api/dyte/meeting", {"titleMeet": 5}, ["titleMeet"]),
        ("/api/dyte/meeting", {"titleMeet": "  "}, ["titleMeet"]),
        ("/api/dyte/meeting", {"titleMeet": ".."}, ["titleMeet"]),
        ("/api/dyte/meeting", {"titleMeet": "a\r\nb"}, ["titleMeet"]),
        ("/api/dyte/meeting", {"titleMeet": "x" * 256}, ["titleMeet"]),
        ("/api/dyte/meeting", ["enc-1001"], ["$"]),
        ("/api/dyte/participants", {}, ["user", "idMeet", "type_preset"]),
        (
            "/api/dyte/participants",
            {"user": {"name": "", "avatar": 5}, "idMeet": "", "type_preset": "group_call_admin"},
            ["user.name", "user.avatar", "user.id", "idMeet", "type_preset"],
        ),
        (USER, {"inMeeting": "false", "userId": None}, ["inMeeting", "userId"]),
        ("/api/update-doctor-meet", {}, ["doctorID", "referralID", "meetID"]),
        ("/api/dyte/webhook", {"reason": "ALL_PARTICIPANTS_LEFT"}, ["event", "meeting"]),
        ("/api/dyte/webhook", {}, ["event"]),
        (
            "/api/dyte/webhook",
            {"event": "meeting.ended", "reason": "ALL_PARTICIPANTS_LEFT"},
            ["meeting"],
        ),
        ("/api/dyte/webhook", a_webhook_body(title=" ", meeting=None), ["meeting.title"]),
    ],
)
async def test_every_faulty_field_is_named_by_its_path(
    client: Client, path: str, body: object, fields: list[str]
) -> None:
    document = await problem(client, path, orjson.dumps(body))

    assert (document["status"], slug(document)) == (422, "invalid-input")
    errors = document["errors"]
    assert isinstance(errors, list)
    assert [error["field"] for error in errors] == fields
    assert all(error["message"] for error in errors)


async def test_a_faulty_id_in_the_path_is_named_too(client: Client) -> None:
    path = f"/attendance-service/referrals/{'x' * 256}/meetings/%20/user"

    document = await problem(client, path, b'{"inMeeting":true,"userId":"u"}')

    errors = document["errors"]
    assert isinstance(errors, list)
    assert [error["field"] for error in errors] == ["referralId", "meetingId"]


async def test_what_was_sent_is_never_repeated(client: Client) -> None:
    body = {"titleMeet": "canary\x00"}

    document = await problem(client, "/api/dyte/meeting", orjson.dumps(body))

    assert "canary" not in str(document)


async def test_a_field_that_does_not_exist_is_not_repeated(client: Client) -> None:
    path = "/operations/inbox?canary=1"

    document = await problem(client, path, b"", method="GET")

    assert (document["status"], "canary" in str(document)) == (422, False)


@pytest.mark.parametrize("given", ["123.456.789-09", "12345678909", "vck_canary", "a b"])
async def test_a_request_id_that_may_be_a_secret_or_a_cpf_is_replaced(
    client: Client, given: str
) -> None:
    answer = await client.post("/nowhere", headers={"X-Request-ID": given})

    assert given not in str(answer.headers) + await answer.text()


@pytest.mark.parametrize(
    ("path", "size"), [("/api/dyte/meeting", 64 * 1024), ("/api/dyte/webhook", 256 * 1024)]
)
async def test_a_body_over_the_limit_is_a_413(client: Client, path: str, size: int) -> None:
    assert (await problem(client, path, b" " * (size + 1)))["status"] == 413
    assert (await problem(client, path, b" " * size))["status"] == 400


async def test_an_endless_body_is_cut_off_at_the_limit(client: Client) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b" " * 16_384

    answer = await client.post("/api/dyte/meeting", data=endless())

    assert answer.status == 413


@pytest.mark.parametrize(
    ("method", "path", "status", "expected"),
    [
        ("GET", "/api/dyte/meeting", 405, "method-not-allowed"),
        ("DELETE", "/api/dyte/webhook", 405, "method-not-allowed"),
        ("GET", "/", 404, "not-found"),
        ("POST", "/api/dyte/meetings", 404, "not-found"),
    ],
)
async def test_wrong_methods_and_paths_are_problems_too(
    client: Client, method: str, path: str, status: int, expected: str
) -> None:
    document = await problem(client, path, b"", method)

    assert (document["status"], slug(document)) == (status, expected)


async def test_an_unknown_meeting_and_an_unknown_referral_are_404s(client: Client) -> None:
    joined = await problem(client, "/api/dyte/participants", orjson.dumps(JOIN))
    left = await problem(
        client, "/api/update-doctor-meet", orjson.dumps({**LEAVE, "referralID": "enc-9"})
    )

    assert (joined["status"], slug(joined)) == (404, "unknown-meeting")
    assert (left["status"], slug(left)) == (404, "unknown-referral")


class FailingRooms(SandboxRooms):
    """A provider that always fails in one way."""

    def __init__(self, error: Exception) -> None:
        super().__init__(utc_now, new_id)
        self.error = error

    async def open(self, title: str) -> Meeting:
        raise self.error

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        raise self.error


class FailingAttendance(SandboxAttendance):
    """An attendance service that always fails in one way."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def referral(self, referral: ReferralId) -> Referral:
        raise self.error

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        raise self.error


async def failing(serve: Serve, settings: Settings, error: Exception) -> Client:
    container = Container(settings=settings)
    container.rooms.override(FailingRooms(error))
    container.attendance.override(FailingAttendance(error))
    return await serve(container)


NEVER: list[tuple[PartnerError, int]] = [
    (PartnerRefusedError(Partner.VIDEO, 422, "canary"), 422),
]
LATER: list[tuple[PartnerError, int]] = [
    (PartnerMisconfiguredError(Partner.VIDEO, "canary"), 502),
    (PartnerBrokenError(Partner.ATTENDANCE, "canary"), 502),
    (PartnerDeclinedError(Partner.VIDEO, 403), 502),
    (PartnerUnavailableError(Partner.ATTENDANCE, "canary"), 503),
    (PartnerTimeoutError(Partner.VIDEO, "canary"), 504),
]


@pytest.mark.parametrize(("error", "status"), NEVER + LATER)
async def test_a_failing_provider_is_told_with_the_right_status(
    serve: Serve, settings: Settings, error: PartnerError, status: int
) -> None:
    client = await failing(serve, settings, error)

    for path, body in CALLS:
        if path in DIRECT:
            document = await problem(client, path, orjson.dumps(body))
            assert (document["status"], slug(document)) == (status, error.slug)
            assert "canary" not in str(document)


@pytest.mark.parametrize(("error", "_status"), LATER)
async def test_what_the_attendance_service_cannot_take_now_is_stored_and_said_to_be(
    serve: Serve, settings: Settings, error: PartnerError, _status: int
) -> None:
    client = await failing(serve, settings, error)

    for path, body in CALLS:
        if path not in DIRECT:
            answer = await client.post(path, json=body)
            assert answer.status == 202
            assert "será aplicad" in (await answer.json())["message"]
            assert answer.headers.get("Webhook-Outcome", "pending") == "pending"


async def test_what_the_attendance_service_refuses_for_good_is_not_stored_for_later(
    serve: Serve, settings: Settings
) -> None:
    client = await failing(serve, settings, PartnerRefusedError(Partner.ATTENDANCE, 422, "canary"))

    reported = await problem(client, USER, b'{"inMeeting":true,"userId":"dra-ana"}')
    webhook = await client.post("/api/dyte/webhook", json=a_webhook_body())

    assert (reported["status"], slug(reported)) == (422, "partner-refused")
    assert (webhook.status, webhook.headers["Webhook-Outcome"]) == (200, "dead")
    assert "Nada foi alterado" in (await webhook.json())["message"]


@pytest.mark.parametrize(("advice", "told"), [(17, "17"), (None, "5")])
async def test_an_unavailable_partner_comes_with_a_time_to_wait(
    serve: Serve, settings: Settings, advice: int | None, told: str
) -> None:
    error = PartnerUnavailableError(Partner.VIDEO, "429", retry_after=advice)
    client = await failing(serve, settings, error)

    answer = await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1"})

    assert answer.headers["Retry-After"] == told


async def test_a_bug_of_ours_is_a_500_that_says_nothing_and_the_process_lives(
    serve: Serve, settings: Settings
) -> None:
    client = await failing(serve, settings, RuntimeError("canary"))

    for path, body in CALLS:
        document = await problem(client, path, orjson.dumps(body))
        assert (document["status"], slug(document)) == (500, "internal-error")
        assert "canary" not in str(document)
    assert (await client.get("/health/live")).status == 200


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("req-1.a_B", True), ("", False), ("x" * 65, False), ("a b", False), ("ção", False)],
)
async def test_a_sane_request_id_is_taken_and_another_is_made_otherwise(
    client: Client, sent: str, kept: bool
) -> None:
    answer = await client.get("/health/live", headers={"X-Request-ID": sent})

    assert (answer.headers["X-Request-ID"] == sent) is kept
    assert answer.headers["X-Request-ID"]


async def test_an_answer_tells_nothing_of_what_serves_it(client: Client) -> None:
    for answer in (await client.get("/health/live"), await client.get("/nowhere")):
        assert answer.headers["Server"] == "videochamadas"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
