"""Only pages of the configured origins may make the calls of front ends."""

import pytest
from aiohttp import ClientResponse

from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.builders import a_webhook_body
from tests.conftest import Client, Serve

ORIGIN = "https://app.example"
HEADERS = (
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-Request-ID, "
    "traceparent, tracestate"
)
MEETING = "/api/dyte/meeting"
FRONT_END = [
    MEETING,
    "/api/dyte/participants",
    "/attendance-service/referrals/enc-1001/meetings/meeting-1/user",
    "/api/update-doctor-meet",
    "/api/dyte/meeting/meeting-1/end",
]


@pytest.fixture
def container(settings: Settings) -> Container:
    origins = frozenset({ORIGIN, "http://localhost:3000"})
    return Container(settings=settings.model_copy(update={"cors_origins": origins}))


async def preflight(
    client: Client, path: str = MEETING, origin: str = ORIGIN, method: str = "POST"
) -> ClientResponse:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    return await client.options(path, headers=headers)


def permissions(answer: ClientResponse) -> dict[str, str]:
    return {
        name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")
    }


@pytest.mark.parametrize("path", FRONT_END)
async def test_a_preflight_is_permitted_for_what_front_ends_call(client: Client, path: str) -> None:
    answer = await preflight(client, path)

    assert (answer.status, await answer.read()) == (204, b"")
    assert answer.headers["Vary"] == "Origin"
    assert answer.headers["X-Request-ID"]
    assert permissions(answer) == {
        "Access-Control-Allow-Origin": ORIGIN,
        "Access-Control-Allow-Methods": "POST",
        "Access-Control-Allow-Headers": HEADERS,
        "Access-Control-Max-Age": "7200",
    }


@pytest.mark.parametrize(
    ("path", "origin", "method", "status"),
    [
        pytest.param(MEETING, "https://evil.example", "POST", 405, id="another origin"),
        pytest.param(MEETING, "https://app.example.evil", "POST", 405, id="a longer origin"),
        pytest.param(MEETING, "null", "POST", 405, id="no origin to speak of"),
        pytest.param(MEETING, ORIGIN, "DELETE", 405, id="a method that is not served"),
        pytest.param(MEETING, ORIGIN, "post", 405, id="a method that does not exist"),
        pytest.param("/api/dyte/webhook", ORIGIN, "POST", 405, id="the webhook"),
        pytest.param("/sandbox/faults", ORIGIN, "PUT", 405, id="the sandbox"),
        pytest.param("/health/live", ORIGIN, "GET", 405, id="health"),
        pytest.param("/nowhere", ORIGIN, "POST", 404, id="nowhere"),
    ],
)
async def test_every_other_preflight_gets_no_permission(
    client: Client, path: str, origin: str, method: str, status: int
) -> None:
    answer = await preflight(client, path, origin, method)

    assert answer.status == status
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Vary"] == "Origin"
    assert permissions(answer) == {}


async def test_options_that_ask_for_no_permission_are_no_preflight(client: Client) -> None:
    answer = await client.options(MEETING, headers={"Origin": ORIGIN})

    assert answer.status == 405
    assert permissions(answer) == {}


async def test_only_options_are_a_preflight(client: Client) -> None:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}

    answer = await client.post(MEETING, json={"titleMeet": "enc-1001"}, headers=headers)

    assert answer.status == 201


@pytest.mark.parametrize(
    ("body", "status"), [(b'{"titleMeet":"enc-1001"}', 201), (b"{", 400), (b"{}", 422)]
)
async def test_a_page_may_read_answers_and_problems_and_the_headers_it_needs(
    client: Client, body: bytes, status: int
) -> None:
    answer = await client.post(MEETING, data=body, headers={"Origin": ORIGIN})

    assert answer.status == status
    assert answer.headers["Vary"] == "Origin"
    assert permissions(answer) == {
        "Access-Control-Allow-Origin": ORIGIN,
        "Access-Control-Expose-Headers": "ETag, Retry-After, X-Request-ID, X-Leave-Ticket",
    }


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://app.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://["}, 403),
        ({"Origin": "https://a\u2100"}, 403),
    ],
)
async def test_no_other_page_may_change_or_read_anything(
    client: Client, headers: dict[str, str], status: int
) -> None:
    answer = await client.post(MEETING, json={"titleMeet": "enc-1001"}, headers=headers)

    assert answer.status == status
    assert answer.headers["Vary"] == "Origin"
    assert permissions(answer) == {}


async def test_no_page_may_read_what_the_webhook_and_the_sandbox_answer(client: Client) -> None:
    headers = {"Origin": ORIGIN}

    told = await client.post("/api/dyte/webhook", json=a_webhook_body(), headers=headers)
    shown = await client.get("/sandbox/referrals/enc-1001", headers=headers)

    assert (told.status, shown.status) == (200, 200)
    assert permissions(told) == permissions(shown) == {}


async def test_without_configured_origins_nothing_is_said_about_them(
    serve: Serve, settings: Settings
) -> None:
    client = await serve(Container(settings=settings))

    asked = await preflight(client)
    called = await client.post(MEETING, json={"titleMeet": "enc-1"}, headers={"Origin": ORIGIN})

    assert (asked.status, called.status) == (405, 403)
    for answer in (asked, called):
        assert permissions(answer) == {}
        assert "Vary" not in answer.headers
