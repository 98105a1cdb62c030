"""The leave ticket: issued on joining, accepted from a closing page, for leaving only."""

import orjson
import pytest
from dependency_injector import providers

from adapters.callers.leave_tickets import GOOD_FOR, SignedTickets
from domain.caller import TicketHolder
from domain.facts import Reported
from domain.meeting import MeetingId, PersonId
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.application.conftest import Clock
from tests.builders import a_report, a_seat, kept_secrets
from tests.conftest import Client, Serve
from tests.http.test_endpoints import marks
from tests.identity import PORTAL_KEY, a_token, asking

ORIGIN = "https://app.example"
LEAVE = "/api/update-doctor-meet"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def container(settings: Settings, clock: Clock) -> Container:
    changed = {
        **asking(),
        "cors_origins": frozenset({ORIGIN}),
    }
    container = Container(settings=settings.model_copy(update=changed))
    container.clock.override(providers.Object(clock))
    container.stored_now.override(providers.Object(clock))
    return container


async def entered(client: Client, clock: Clock, person: str = "dra-ana") -> tuple[str, str]:
    """A meeting in which a doctor is shown, and the ticket that the doctor was given."""
    headers = {"Authorization": f"Bearer {a_token(person, at=clock.seconds)}"}
    opened = await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"}, headers=headers)
    meeting = (await opened.json())["data"]["id"]
    joined = await client.post(
        "/api/dyte/participants",
        json={
            "user": {"name": "Dra. Ana", "avatar": "", "id": person},
            "idMeet": meeting,
            "type_preset": "group_call_host",
        },
        headers={**headers, "Origin": ORIGIN},
    )
    await client.post(
        f"/attendance-service/referrals/enc-1001/meetings/{meeting}/user",
        json={"inMeeting": True, "userId": person},
        headers=headers,
    )
    assert joined.headers["Cache-Control"] == "no-store"
    assert "X-Leave-Ticket" in joined.headers["Access-Control-Expose-Headers"]
    return meeting, joined.headers["X-Leave-Ticket"]


async def beacon(
    client: Client,
    meeting: str,
    ticket: str | None,
    *,
    doctor: str = "dra-ana",
    referral: str = "enc-1001",
    origin: str = ORIGIN,
    more: str = "",
) -> int:
    """What ``navigator.sendBeacon`` sends: a text, an origin, and no header of one's own."""
    body = {"doctorID": doctor, "referralID": referral, "meetID": meeting, "more": more}
    if ticket is not None:
        body["leaveTicket"] = ticket
    answer = await client.post(
        LEAVE,
        data=orjson.dumps(body),
        headers={"Content-Type": "text/plain;charset=UTF-8", "Origin": origin},
    )
    return answer.status


async def test_a_beacon_with_its_ticket_leaves(client: Client, clock: Clock) -> None:
    meeting, ticket = await entered(client, clock)

    assert await marks(client) == {"dra-ana": True}
    assert await beacon(client, meeting, ticket) == 200
    assert await marks(client) == {"dra-ana": False}
    assert await beacon(client, meeting, ticket) == 200


async def test_a_beacon_without_a_ticket_or_with_a_bad_one_changes_nothing(
    client: Client, clock: Clock
) -> None:
    meeting, ticket = await entered(client, clock)
    holder = TicketHolder(PersonId("dra-ana"), MeetingId(meeting))
    forged = SignedTickets(kept_secrets(bytes(32)), clock).issue(holder)

    assert await beacon(client, meeting, None) == 401
    assert await beacon(client, meeting, forged) == 401
    assert await beacon(client, meeting, ticket[:-2]) == 401
    assert await beacon(client, meeting, a_token(at=clock.seconds)) == 401
    assert await marks(client) == {"dra-ana": True}


async def test_an_expired_ticket_changes_nothing(client: Client, clock: Clock) -> None:
    meeting, ticket = await entered(client, clock)

    clock.pass_by(GOOD_FOR)

    assert await beacon(client, meeting, ticket) == 401
    assert await marks(client) == {"dra-ana": True}


async def test_a_ticket_reports_only_its_person_out_of_only_its_meeting(
    client: Client, clock: Clock
) -> None:
    meeting, ticket = await entered(client, clock)
    other, others_ticket = await entered(client, clock, "dr-bruno")

    assert await beacon(client, meeting, others_ticket) == 403
    assert await beacon(client, other, ticket) == 403
    assert await beacon(client, meeting, ticket, doctor="dr-bruno") == 403
    assert await beacon(client, meeting, ticket, referral="enc-1002") == 403
    assert await marks(client) == {"dra-ana": True, "dr-bruno": True}


async def test_a_ticket_is_no_credential(client: Client, clock: Clock) -> None:
    meeting, ticket = await entered(client, clock)
    headers = {"Authorization": f"Bearer {ticket}"}

    for path, body in (
        ("/api/dyte/meeting", {"titleMeet": "enc-1001"}),
        (LEAVE, {"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": meeting}),
    ):
        assert (await client.post(path, json=body, headers=headers)).status == 401


STALE = {
    "Bearer null": "Bearer null",
    "Bearer undefined": "Bearer undefined",
    "Bearer alone": "Bearer",
    "empty": "",
    "another scheme": "Basic b3JnOmtleQ==",
    "a key that is not valid": "Bearer vck_wrong",
    "not ASCII": "Bearer caf\u00e9",
    "expired": f"Bearer {a_token(at=0)}",
}


async def left(client: Client, meeting: str, header: str, **more: str) -> int:
    body = {"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": meeting, **more}
    return (await client.post(LEAVE, json=body, headers={"Authorization": header})).status


@pytest.mark.parametrize("header", STALE.values(), ids=STALE.keys())
async def test_a_valid_ticket_beside_a_stale_authorization_decides(
    client: Client, clock: Clock, header: str
) -> None:
    meeting, ticket = await entered(client, clock)

    assert await left(client, meeting, header) == 401
    assert await left(client, meeting, header, leaveTicket=ticket[:-2]) == 401
    assert await left(client, meeting, header, leaveTicket=ticket, more="x" * 4096) == 413
    assert await left(client, meeting, header, leaveTicket=ticket, doctorID="dr-bruno") == 403
    assert await marks(client) == {"dra-ana": True}
    assert await left(client, meeting, header, leaveTicket=ticket, doctorID="") == 422
    assert await left(client, meeting, header, leaveTicket=ticket) == 200
    assert await marks(client) == {"dra-ana": False}


@pytest.mark.parametrize("header", [*STALE.values(), None], ids=[*STALE, "no header"])
async def test_where_nobody_is_asked_who_they_are_a_ticket_still_speaks_for_one_tab(
    serve: Serve, settings: Settings, header: str | None
) -> None:
    client = await serve(Container(settings=settings))
    opened = await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"})
    meeting = (await opened.json())["data"]["id"]
    user = {"name": "Dra. Ana", "avatar": "", "id": "dra-ana"}
    guest = {"user": user, "idMeet": meeting, "type_preset": "group_call_host"}
    ticket = (await client.post("/api/dyte/participants", json=guest)).headers["X-Leave-Ticket"]
    for tab in ("p1", "p2"):
        event = {
            "event": "meeting.participantJoined",
            "meeting": {"id": meeting, "title": "enc-1001", "sessionId": "s-1"},
            "participant": {"peerId": tab, "customParticipantId": "dra-ana"},
        }
        assert (await client.post("/api/dyte/webhook", json=event)).status == 200
    body = {"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": meeting}
    headers = {} if header is None else {"Authorization": header}

    one_tab = await client.post(LEAVE, json={**body, "leaveTicket": ticket}, headers=headers)
    shown = await marks(client)
    everybody = await client.post(LEAVE, json=body, headers=headers)

    assert (one_tab.status, shown) == (202, {"dra-ana": True})
    assert (everybody.status, await marks(client)) == (200, {"dra-ana": False})


async def test_a_valid_ticket_decides_beside_two_authorizations(
    client: Client, clock: Clock
) -> None:
    meeting, ticket = await entered(client, clock)
    body = {"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": meeting}
    headers = [("Authorization", f"Bearer {PORTAL_KEY}"), ("Authorization", "Bearer null")]

    without = await client.post(LEAVE, json=body, headers=headers)
    answer = await client.post(LEAVE, json={**body, "leaveTicket": ticket}, headers=headers)

    assert (without.status, answer.status) == (401, 200)


async def test_a_valid_credential_goes_before_a_ticket(client: Client, clock: Clock) -> None:
    meeting, ticket = await entered(client, clock)
    portal, bruno = f"Bearer {PORTAL_KEY}", f"Bearer {a_token('dr-bruno', at=clock.seconds)}"

    assert await left(client, meeting, bruno, leaveTicket=ticket) == 403
    assert await left(client, meeting, portal, leaveTicket="stale", more="x" * 4096) == 200


async def test_a_ticket_decides_while_the_identity_provider_is_away(
    serve: Serve, settings: Settings, clock: Clock
) -> None:
    away = {
        **asking(),
        "jwt_public_key": None,
        "jwt_jwks_url": "http://127.0.0.1:1/keys",
        "cors_origins": frozenset({ORIGIN}),
    }
    container = Container(settings=settings.model_copy(update=away))
    container.clock.override(providers.Object(clock))
    container.stored_now.override(providers.Object(clock))
    client = await serve(container)
    headers = {"Authorization": f"Bearer {PORTAL_KEY}"}
    opened = await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"}, headers=headers)
    meeting = (await opened.json())["data"]["id"]
    ticket = await admitted_by_the_portal(client, meeting)
    token = f"Bearer {a_token(at=clock.seconds)}"

    assert await left(client, meeting, token) == 503
    assert await left(client, meeting, token, leaveTicket=ticket) == 200


async def test_a_foreign_page_changes_nothing_even_with_a_good_ticket(
    client: Client, clock: Clock
) -> None:
    meeting, ticket = await entered(client, clock)

    for origin in ("https://evil.example", "null", "http://app.example", f"{ORIGIN}.evil"):
        assert await beacon(client, meeting, ticket, origin=origin) == 403
    assert await marks(client) == {"dra-ana": True}


async def test_a_cross_site_form_changes_nothing(client: Client, clock: Clock) -> None:
    """A ``text/plain`` form can contain JSON; its origin and the missing ticket get it refused."""
    meeting, _ = await entered(client, clock)
    body = f'{{"doctorID":"dra-ana","referralID":"enc-1001","meetID":"{meeting}","x":"=y"}}'
    for headers, status in (
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 401),
    ):
        sent = {**headers, "Content-Type": "text/plain"}
        assert (await client.post(LEAVE, data=body.encode(), headers=sent)).status == status
    assert await marks(client) == {"dra-ana": True}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://front.example", "Host": "front.example"},
        {"Origin": "https://front.example", "Sec-Fetch-Site": "same-origin", "Host": "backend:80"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {},
    ],
)
async def test_our_own_pages_and_clients_without_a_page_are_not_foreign(
    client: Client, clock: Clock, headers: dict[str, str]
) -> None:
    meeting, ticket = await entered(client, clock)
    body = {
        "doctorID": "dra-ana",
        "referralID": "enc-1001",
        "meetID": meeting,
        "leaveTicket": ticket,
    }

    answer = await client.post(LEAVE, json=body, headers=headers)

    assert answer.status == 200


async def test_only_a_small_body_is_read_before_anybody_is_known(
    client: Client, clock: Clock
) -> None:
    meeting, ticket = await entered(client, clock)

    assert await beacon(client, meeting, ticket, more="x" * 4096) == 413
    assert await marks(client) == {"dra-ana": True}
    headers = {"Authorization": f"Bearer {PORTAL_KEY}"}
    body = {
        "doctorID": "dra-ana",
        "referralID": "enc-1001",
        "meetID": meeting,
        "more": "x" * 4096,
    }
    assert (await client.post(LEAVE, json=body, headers=headers)).status == 200


async def admitted_by_the_portal(client: Client, meeting: str) -> str:
    """The ticket of a guest whom a service lets in as a participant."""
    body = {
        "user": {"name": "Dra. Ana", "avatar": "", "id": "dra-ana"},
        "idMeet": meeting,
        "type_preset": "group_call_participant",
    }
    headers = {"Authorization": f"Bearer {PORTAL_KEY}"}
    joined = await client.post("/api/dyte/participants", json=body, headers=headers)
    return str(joined.headers["X-Leave-Ticket"])


async def test_a_guest_of_a_service_leaves_with_a_ticket_too(client: Client, clock: Clock) -> None:
    meeting, _ = await entered(client, clock)

    ticket = await admitted_by_the_portal(client, meeting)

    assert await beacon(client, meeting, ticket) == 200


async def test_a_ticket_adds_no_meeting_and_makes_no_host(
    client: Client, clock: Clock, container: Container
) -> None:
    """A meeting that this service did not open is about no referral that it knows."""
    meeting = (await container.rooms().open("enc-1002")).id
    ticket = await admitted_by_the_portal(client, meeting)

    assert await beacon(client, meeting, ticket) == 403
    assert await beacon(client, meeting, ticket, referral="enc-1002") == 403
    body = {
        "user": {"name": "Dra. Ana", "avatar": "", "id": "dra-ana"},
        "idMeet": meeting,
        "type_preset": "group_call_host",
    }
    headers = {"Authorization": f"Bearer {a_token(at=clock.seconds)}"}
    joined = await client.post("/api/dyte/participants", json=body, headers=headers)
    assert joined.status == 403
    assert await marks(client) == {}


@pytest.fixture
def few_calls(container: Container, clock: Clock) -> None:
    """Two leaves a minute."""
    few = container.settings().model_copy(update={"doctor_calls_per_minute": 2})
    container.settings.override(providers.Object(few))
    container.monotonic.override(providers.Object(clock))


async def reports(container: Container, meeting: str) -> int:
    seat = a_seat("enc-1001", meeting)
    facts = await container.history().newest_facts(seat.referral, seat.meeting, 99)
    return sum(isinstance(fact.what, Reported) for fact in facts)


@pytest.mark.usefixtures("few_calls")
async def test_a_leave_by_ticket_is_never_refused_for_its_number(
    client: Client, clock: Clock, container: Container
) -> None:
    meeting, ticket = await entered(client, clock)
    statuses = [await beacon(client, meeting, ticket) for _ in range(13)]

    assert statuses == [200] * 13
    assert await reports(container, meeting) == 1 + 2


@pytest.mark.usefixtures("few_calls")
async def test_beyond_the_allowance_a_leave_that_changes_something_is_taken(
    client: Client, clock: Clock, container: Container
) -> None:
    meeting, ticket = await entered(client, clock)
    for _ in range(13):
        await beacon(client, meeting, ticket)
    await client.post(
        f"/attendance-service/referrals/enc-1001/meetings/{meeting}/user",
        json={"inMeeting": True, "userId": "dra-ana"},
        headers={"Authorization": f"Bearer {PORTAL_KEY}"},
    )
    shown = await marks(client)

    assert await beacon(client, meeting, ticket) == 200
    assert (shown, await marks(client)) == ({"dra-ana": True}, {"dra-ana": False})


@pytest.mark.usefixtures("few_calls")
async def test_beyond_the_allowance_a_leave_that_is_not_told_yet_says_so(
    client: Client, clock: Clock, container: Container
) -> None:
    meeting, ticket = await entered(client, clock)
    for _ in range(2):
        await beacon(client, meeting, ticket)
    seat = a_seat("enc-1001", meeting)
    left = a_report("f", seat, in_meeting=False)
    await container.presence().append(left, seat, now=clock(), due=clock() + 15)

    assert await beacon(client, meeting, ticket) == 202
    assert await beacon(client, meeting, ticket, doctor="dr-bruno") == 403
