"""The contract's beacon from a page of our own, which the browser sends with the login's cookie."""

import orjson
import pytest
from dependency_injector import providers

from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.application.conftest import Clock
from tests.conftest import Client
from tests.http.test_endpoints import marks
from tests.http.test_leave_ticket import LEAVE, ORIGIN, entered
from tests.identity import a_token, asking


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def container(settings: Settings, clock: Clock) -> Container:
    changed = {
        **asking(),
        "jwt_from": ("bearer", "cookie:TOKEN"),
        "cors_origins": frozenset({ORIGIN}),
        "doctor_calls_per_minute": 2,
    }
    container = Container(settings=settings.model_copy(update=changed))
    container.clock.override(providers.Object(clock))
    container.monotonic.override(providers.Object(clock))
    return container


async def beacon(client: Client, token: str, meeting: str, **more: str) -> int:
    """What ``navigator.sendBeacon`` of a page of our own sends, and the contract's body."""
    body = {"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": meeting, **more}
    headers = {
        "Content-Type": "text/plain;charset=UTF-8",
        "Sec-Fetch-Site": "same-origin",
        "Cookie": f"TOKEN={token}",
    }
    answer = await client.post(LEAVE, data=orjson.dumps(body), headers=headers)
    return answer.status


async def test_with_a_cookie_the_contracts_beacon_leaves_without_a_ticket_however_often(
    client: Client, clock: Clock
) -> None:
    meeting, _ = await entered(client, clock)
    ana, bruno = (a_token(person, at=clock.seconds) for person in ("dra-ana", "dr-bruno"))

    assert await beacon(client, bruno, meeting) == 403
    assert await beacon(client, a_token(at=0), meeting) == 401
    assert await marks(client) == {"dra-ana": True}
    assert [await beacon(client, ana, meeting) for _ in range(5)] == [200] * 5
    assert await marks(client) == {"dra-ana": False}


async def test_a_ticket_goes_before_a_cookie(client: Client, clock: Clock) -> None:
    meeting, ticket = await entered(client, clock)
    ana, bruno = (a_token(person, at=clock.seconds) for person in ("dra-ana", "dr-bruno"))

    assert await beacon(client, ana, meeting, leaveTicket=ticket[:-2]) == 401
    assert await marks(client) == {"dra-ana": True}
    assert await beacon(client, bruno, meeting, leaveTicket=ticket) == 200
    assert await marks(client) == {"dra-ana": False}


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({}, 401),
    ],
)
async def test_a_beacon_of_a_page_elsewhere_leaves_nobody_out(
    client: Client, clock: Clock, page: dict[str, str], status: int
) -> None:
    meeting, _ = await entered(client, clock)
    body = {"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": meeting}
    headers = {"Cookie": f"TOKEN={a_token(at=clock.seconds)}", **page}

    assert (await client.post(LEAVE, json=body, headers=headers)).status == status
    assert await marks(client) == {"dra-ana": True}


async def test_the_beacon_of_one_of_two_tabs_changes_nothing_that_is_shown(
    client: Client, clock: Clock
) -> None:
    meeting, _ = await entered(client, clock)
    for tab in ("p1", "p2"):
        event = {
            "event": "meeting.participantJoined",
            "meeting": {"id": meeting, "title": "enc-1001", "sessionId": "s-1"},
            "participant": {"peerId": tab, "customParticipantId": "dra-ana"},
        }
        assert (await client.post("/api/dyte/webhook", json=event)).status == 200

    assert await beacon(client, a_token(at=clock.seconds), meeting) == 202
    assert await marks(client) == {"dra-ana": True}
