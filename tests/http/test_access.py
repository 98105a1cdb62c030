"""Who gets in where: every route of the service with every kind of credential.

Whatever is refused is refused before a partner is asked for anything; a referral's doctors, which
the refusal itself depends on, are known by then.
"""

import re
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from dependency_injector import providers

from adapters.system import epoch
from domain.meeting import Meeting, MeetingId
from domain.referral import ReferralId
from entrypoints.app import operations_of
from entrypoints.container import Container
from entrypoints.http.operation import Access, Operation
from entrypoints.settings import Settings
from tests.builders import a_webhook_body
from tests.conftest import Client, Serve
from tests.counted import Counted, CountedAttendance, CountedRooms
from tests.identity import (
    METRICS_KEY,
    OPERATOR_KEY,
    PORTAL_KEY,
    a_confused_token,
    a_token,
    an_unsigned_token,
    asking,
)
from tests.rsa_keys import key

MEETING = MeetingId("m-known")
ANA, CAIO = "dra-ana", "dr-caio"
ALLOWED = "https://app.example"
Headers = Mapping[str, str]


@pytest.fixture
def counted() -> Counted:
    return Counted()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One partner is real as far as the settings know, so nothing is public that need not be."""
    changed = {
        "video_provider": "sandbox",
        "attendance_provider": "http",
        "attendance_base_url": "https://attendance.example",
        "console": True,
        **asking(),
        "jwt_from": ("bearer", "bare", "cookie:TOKEN"),
        "cors_origins": frozenset({ALLOWED}),
        "webhook_public_key": key("ours").public_pem,
    }
    return settings.model_copy(update=changed)


@pytest.fixture
def rooms(counted: Counted) -> CountedRooms:
    return CountedRooms(counted)


@pytest.fixture
def container(settings: Settings, counted: Counted, rooms: CountedRooms) -> Container:
    container = Container(settings=settings)
    container.rooms.override(providers.Object(rooms))
    container.attendance.override(providers.Object(CountedAttendance(counted)))
    return container


@pytest.fixture
async def client(
    serve: Serve, container: Container, counted: Counted, rooms: CountedRooms
) -> Client:
    """A known meeting about a referral whose doctors are known too."""
    client = await serve(container)
    opened = await rooms.open("enc-1001")
    rooms.rooms[MEETING] = rooms.rooms.pop(opened.id)
    rooms.rooms[MEETING].meeting = Meeting(MEETING, "enc-1001")
    await container.meetings().add(MEETING, "enc-1001", now=epoch())
    await container.rights().referrals(ReferralId("enc-1001"))
    counted.calls = 0
    return client


OPERATIONS = operations_of(
    Settings.model_validate(
        {"video_provider": "sandbox", "attendance_provider": "http", "console": True}
    )
)
BODIES: Mapping[str, Any] = {
    "startMeeting": {"titleMeet": "enc-1001"},
    "joinMeeting": {
        "user": {"name": "Dra. Ana", "avatar": "", "id": ANA},
        "idMeet": MEETING,
        "type_preset": "group_call_host",
    },
    "reportPresence": {"inMeeting": True, "userId": ANA},
    "leaveMeeting": {"doctorID": ANA, "referralID": "enc-1001", "meetID": MEETING},
    "receiveWebhook": a_webhook_body(reason="HOST_ENDED_MEETING"),
}


def sent(operation: Operation, person: str = ANA) -> tuple[str, bytes]:
    """The path and the body of a call that only a credential can make fail."""
    known = {"referralId": "enc-1001", "referral": "enc-1001", "meetingId": MEETING}
    known |= {"file": "start.js", "id": "1"}
    path = re.sub(r"\{(\w+)\}", lambda name: known[name[1]], operation.path)
    body = orjson.dumps(BODIES.get(operation.id, operation.body_example or {}))
    return path, body.replace(ANA.encode(), person.encode())


async def asked(
    client: Client, operation: Operation, credential: Headers, person: str = ANA
) -> int:
    path, body = sent(operation, person)
    headers = {**credential}
    if operation.id == "receiveWebhook":
        headers["dyte-signature"] = key("ours").sign(body)
    data = body if operation.bodies else None
    answer = await client.request(operation.method, path, data=data, headers=headers)
    if answer.status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    return answer.status


def bearer(credential: str) -> Headers:
    return {"Authorization": f"Bearer {credential}"}


def cookie(value: str, **headers: str) -> Headers:
    """From a page of our own, unless other headers are given."""
    return {
        "Cookie": f"theme=dark; TOKEN={value}",
        **(headers or {"Sec-Fetch-Site": "same-origin"}),
    }


WRONG = {
    "garbage": "garbage",
    "a key that is not valid": "vck_wrong",
    "expired": a_token(at=0),
    "another audience": a_token(aud="other"),
    "another issuer": a_token(iss="https://other.example"),
    "another signer": a_token(kid="key-2"),
    "alg none": an_unsigned_token(),
    "HS256 with the public key": a_confused_token(),
    "a leave ticket": "ticket",
}
NOBODY = {
    "no credential": {},
    **{kind: bearer(wrong) for kind, wrong in WRONG.items()},
    **{f"bare, {kind}": {"Authorization": wrong} for kind, wrong in WRONG.items()},
    **{f"cookie, {kind}": cookie(wrong) for kind, wrong in WRONG.items()},
    "bare, a metrics key": {"Authorization": METRICS_KEY},
    "cookie, a metrics key": cookie(METRICS_KEY),
    "bare, an operator's key": {"Authorization": OPERATOR_KEY},
    "cookie, an operator's key": cookie(OPERATOR_KEY),
    "a wrong header beside a good cookie": {**bearer("null"), **cookie(a_token())},
    "a wrong bare header beside a good cookie": {"Authorization": "null", **cookie(a_token())},
    "an empty header beside a good cookie": {"Authorization": "", **cookie(a_token())},
}


async def everywhere(
    client: Client, counted: Counted, credential: Headers, person: str = ANA
) -> dict[str, tuple[int, int]]:
    """Each operation's status, and how often a partner was asked for anything."""
    told = {}
    for operation in OPERATIONS:
        counted.calls = 0
        status = await asked(client, operation, credential, person)
        told[operation.id] = (status, counted.calls)
    return told


def refused(told: dict[str, tuple[int, int]], status: int, *but: Access) -> dict[str, bool]:
    """Whether each operation refused with that status and without asking a partner, but those of
    these kinds of access: they let in."""
    return {
        operation.id: told[operation.id] == (status, 0)
        if operation.access not in {Access.ANYONE, Access.PROVIDER, *but}
        else told[operation.id][0] not in {401, 403, 500}
        for operation in OPERATIONS
    }


EVERY_OPERATION = {operation.id: True for operation in OPERATIONS}


@pytest.mark.parametrize("kind", NOBODY)
async def test_a_missing_or_wrong_credential_is_refused(
    client: Client, counted: Counted, kind: str
) -> None:
    told = await everywhere(client, counted, NOBODY[kind])

    assert refused(told, 401) == EVERY_OPERATION


@pytest.mark.parametrize("person", [ANA, CAIO], ids=["for the right one", "for itself"])
@pytest.mark.parametrize(
    "credential",
    [bearer(a_token(CAIO)), {"Authorization": a_token(CAIO)}, cookie(a_token(CAIO))],
    ids=["bearer", "bare", "cookie"],
)
async def test_another_doctor_gets_nowhere(
    client: Client, counted: Counted, credential: Headers, person: str
) -> None:
    told = await everywhere(client, counted, credential, person)

    assert refused(told, 403) == EVERY_OPERATION


HTTPS = {"Host": "front.example", "Origin": "https://front.example"}
HTTP = {"Host": "front.example", "Origin": "http://front.example"}
BEHIND_TLS = {"X-Forwarded-Proto": "https"}
OF_DOCTORS = {Access.CALLER, Access.LEAVER}


@pytest.mark.parametrize(
    ("credential", "may"),
    [
        pytest.param(bearer(a_token(ANA)), OF_DOCTORS, id="the right doctor"),
        pytest.param({"Authorization": a_token(ANA)}, OF_DOCTORS, id="bare"),
        pytest.param(cookie(a_token(ANA)), OF_DOCTORS, id="a cookie"),
        pytest.param(cookie(a_token(ANA), **HTTPS), OF_DOCTORS, id="a cookie and our origin"),
        pytest.param(cookie(a_token(ANA), **HTTP), OF_DOCTORS, id="our origin without TLS"),
        pytest.param(cookie(a_token(ANA), **HTTPS, **BEHIND_TLS), OF_DOCTORS, id="behind TLS"),
        pytest.param(
            {**cookie("stale"), **bearer(a_token(ANA))}, OF_DOCTORS, id="a header before a cookie"
        ),
        pytest.param(bearer(PORTAL_KEY), {Access.CALLER, Access.LEAVER}, id="a service"),
        pytest.param(bearer(OPERATOR_KEY), {*Access}, id="an operator"),
        pytest.param(bearer(METRICS_KEY), {Access.METRICS}, id="Prometheus"),
    ],
)
async def test_an_allowed_caller_gets_in(
    client: Client, counted: Counted, credential: Headers, may: set[Access]
) -> None:
    told = await everywhere(client, counted, credential)

    assert refused(told, 403, *may) == EVERY_OPERATION


FOREIGN_PAGES: Mapping[str, Headers] = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "another site's GET": {"Sec-Fetch-Site": "cross-site"},
    "a neighbouring domain": {"Sec-Fetch-Site": "same-site", "Origin": "https://b.front.example"},
    "a neighbour's GET": {"Sec-Fetch-Site": "same-site"},
    "an address that was typed": {"Sec-Fetch-Site": "none"},
    "an empty site": {"Sec-Fetch-Site": ""},
    "a site in capitals": {"Sec-Fetch-Site": "Same-Origin"},
    "two sites in one": {"Sec-Fetch-Site": "same-origin, cross-site"},
    "another site that says our origin": {"Sec-Fetch-Site": "cross-site", **HTTPS},
    "a page that may call but sends a cookie": {"Origin": ALLOWED},
    "the same from a newer browser": {"Origin": ALLOWED, "Sec-Fetch-Site": "cross-site"},
    "the same from a neighbouring domain": {"Origin": ALLOWED, "Sec-Fetch-Site": "same-site"},
    "an older browser elsewhere": {"Origin": "https://evil.example"},
    "an older browser's GET": {"Host": "front.example"},
    "no origin to speak of": {"Origin": "null"},
    "an empty origin": {"Origin": ""},
    "a longer origin": {**HTTPS, "Origin": "https://front.example.evil"},
    "another port": {**HTTPS, "Origin": "https://front.example:8443"},
    "another scheme": {**HTTPS, "Origin": "ftp://front.example"},
    "an origin with a path": {**HTTPS, "Origin": "https://front.example/"},
    "our origin without the TLS": {**HTTP, **BEHIND_TLS},
    "the same through two proxies": {**HTTP, "X-Forwarded-Proto": "http, HTTPS"},
    "only a referrer": {"Referer": "https://front.example/", "Host": "front.example"},
}


@pytest.mark.parametrize("page", FOREIGN_PAGES.values(), ids=FOREIGN_PAGES.keys())
async def test_for_a_page_that_is_not_our_own_there_is_no_cookie(
    client: Client, counted: Counted, page: Headers
) -> None:
    without = await everywhere(client, counted, page)
    told = await everywhere(client, counted, {**page, **cookie(a_token(ANA), **page)})

    assert told == without
    for operation in OPERATIONS:
        if operation.access not in {Access.ANYONE, Access.PROVIDER}:
            changes = operation.method != "GET"
            assert told[operation.id] in ({(401, 0), (403, 0)} if changes else {(401, 0)})


async def test_no_answer_to_a_cookie_may_be_shared(client: Client, counted: Counted) -> None:
    """A cache between us and the browsers would hand one doctor's answer to another."""
    for operation in OPERATIONS:
        if operation.method == "GET" and operation.access is not Access.ANYONE:
            path, _ = sent(operation)
            answer = await client.get(path, headers=cookie(a_token(ANA)))
            kept = answer.headers.get("Cache-Control", "")
            assert answer.status == 403 or "no-store" in kept or "private" in kept
            assert (
                "Authorization" not in answer.headers.get("Vary", "")
                or "Cookie" in (answer.headers["Vary"])
            )


async def test_another_scheme_and_two_credentials_are_refused(client: Client) -> None:
    good = PORTAL_KEY
    for headers in (
        [("Authorization", f"Basic {good}")],
        [("Authorization", good)],
        [("Authorization", "Bearer")],
        [("Authorization", f"Bearer {good}"), ("Authorization", f"Bearer {good}")],
        [("Authorization", "Bearer é")],
    ):
        answer = await client.post("/api/dyte/meeting", json={"titleMeet": "x"}, headers=headers)
        assert answer.status == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


async def test_a_refusal_comes_before_the_body_is_read(client: Client) -> None:
    for credential, status in ((None, 401), ("garbage", 401)):
        headers = {} if credential is None else {"Authorization": f"Bearer {credential}"}
        answer = await client.post("/api/dyte/meeting", data=b"{", headers=headers)
        assert answer.status == status


async def test_a_service_speaks_for_anyone_and_titles_as_it_likes(client: Client) -> None:
    headers = {"Authorization": f"Bearer {PORTAL_KEY}"}

    answer = await client.post("/api/dyte/meeting", json={"titleMeet": "livre"}, headers=headers)

    assert answer.status == 201


@pytest.mark.parametrize("preset", ["group_call_admin", "", None, "GROUP_CALL_HOST"])
async def test_there_are_two_presets_and_no_third(
    client: Client, counted: Counted, preset: str | None
) -> None:
    body = {**BODIES["joinMeeting"], "type_preset": preset}
    headers = {"Authorization": f"Bearer {a_token(ANA)}"}

    answer = await client.post("/api/dyte/participants", json=body, headers=headers)

    assert (answer.status, counted.calls) == (422, 0)
