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
        **asking(),
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
    Settings.model_validate({"video_provider": "sandbox", "attendance_provider": "http"})
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
    client: Client, operation: Operation, credential: str | None, person: str = ANA
) -> int:
    path, body = sent(operation, person)
    headers = {} if credential is None else {"Authorization": f"Bearer {credential}"}
    if operation.id == "receiveWebhook":
        headers["dyte-signature"] = key("ours").sign(body)
    data = body if operation.bodies else None
    answer = await client.request(operation.method, path, data=data, headers=headers)
    if answer.status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    return answer.status


NOBODY = {
    "no credential": None,
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


async def everywhere(
    client: Client, counted: Counted, credential: str | None, person: str = ANA
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
async def test_another_doctor_gets_nowhere(client: Client, counted: Counted, person: str) -> None:
    told = await everywhere(client, counted, a_token(CAIO), person)

    assert refused(told, 403) == EVERY_OPERATION


@pytest.mark.parametrize(
    ("credential", "may"),
    [
        pytest.param(a_token(ANA), {Access.CALLER, Access.LEAVER}, id="the right doctor"),
        pytest.param(PORTAL_KEY, {Access.CALLER, Access.LEAVER}, id="a service"),
        pytest.param(OPERATOR_KEY, {*Access}, id="an operator"),
    ],
)
async def test_an_allowed_caller_gets_in(
    client: Client, counted: Counted, credential: str, may: set[Access]
) -> None:
    told = await everywhere(client, counted, credential)

    assert refused(told, 403, *may) == EVERY_OPERATION


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
