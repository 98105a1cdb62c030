"""Each refusal leaves one record: who, what, and how it ended; and nobody's name or id."""

from collections.abc import Mapping

import pytest
from structlog.testing import capture_logs

from adapters.callers.leave_tickets import SignedTickets
from domain.caller import TicketHolder
from domain.meeting import MeetingId, PersonId
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.builders import a_webhook_body
from tests.conftest import Client
from tests.identity import PORTAL_KEY, a_token, asking
from tests.rsa_keys import key

ANA, M_1 = PersonId("dra-ana"), MeetingId("m-1")
LEAVE = {"doctorID": "dra-ana", "referralID": "enc-1001", "meetID": "m-1"}
START = {"titleMeet": "enc-1001"}


@pytest.fixture
def container(settings: Settings) -> Container:
    changed = {
        **asking(),
        "webhook_verification": "required",
        "webhook_public_key": key("ours").public_pem,
    }
    return Container(settings=settings.model_copy(update=changed))


async def recorded(
    client: Client, path: str, body: object, headers: Mapping[str, str] | None = None
) -> tuple[int, list[tuple[str, str, str, str]]]:
    """The status, and each record as event, who, what and outcome."""
    with capture_logs() as lines:
        answer = await client.post(path, json=body, headers=headers)
    told = [line for line in lines if str(line["event"]).startswith("audit.")]
    names = ("event", "who", "what", "outcome")
    return answer.status, [tuple(str(line[name]) for name in names) for line in told]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "event", "outcome"),
    [
        ("/api/dyte/meeting", START, {}, 401, "credentials_refused", "no token was given"),
        (
            "/api/dyte/meeting",
            START,
            {"Authorization": "Bearer vck_wrong"},
            401,
            "credentials_refused",
            "a key that is not valid",
        ),
        (
            "/api/dyte/meeting",
            START,
            {"Authorization": f"Bearer {a_token(at=0)}"},
            401,
            "credentials_refused",
            "a token is refused: ExpiredTokenError",
        ),
        (
            "/api/update-doctor-meet",
            {**LEAVE, "leaveTicket": "a.b.c"},
            {},
            401,
            "ticket_refused",
            "a ticket is refused: DecodeError",
        ),
        ("/api/dyte/meeting", START, {"Origin": "https://evil.example"}, 403, "origin_refused", ""),
        ("/api/dyte/webhook", a_webhook_body(), {}, 401, "signature_refused", ""),
    ],
)
async def test_an_unauthenticated_caller_is_recorded_as_unknown(
    client: Client,
    path: str,
    body: object,
    headers: Mapping[str, str],
    status: int,
    event: str,
    outcome: str,
) -> None:
    answered, (record,) = await recorded(client, path, body, headers)

    assert answered == status
    assert record[:3] == (f"audit.{event}", "unknown", f"POST {path}")
    assert outcome in record[3]


async def test_a_service_is_recorded_by_the_name_of_its_key(client: Client) -> None:
    headers = {"Authorization": f"Bearer {PORTAL_KEY}"}

    _, (record,) = await recorded(client, "/operations/inbox/retry", {}, headers)

    assert record == (
        "audit.access_refused",
        "service:portal",
        "POST /operations/inbox/retry",
        "not-an-operator",
    )


async def test_doctors_and_leavers_are_recorded_by_one_pseudonym(
    client: Client, container: Container
) -> None:
    pseudonym = container.pseudonyms().of(ANA)
    tickets = container.tickets()
    assert isinstance(tickets, SignedTickets)
    ticket = tickets.issue(TicketHolder(ANA, M_1))
    doctor = {"Authorization": f"Bearer {a_token('dra-ana')}"}

    _, (as_doctor,) = await recorded(client, "/api/dyte/meeting", {"titleMeet": "livre"}, doctor)
    _, (as_leaver,) = await recorded(
        client, "/api/update-doctor-meet", {**LEAVE, "meetID": "m-2", "leaveTicket": ticket}
    )

    assert as_doctor[1] == f"doctor:{pseudonym}"
    assert as_leaver[1] == f"ticket:{pseudonym}"
    assert (as_doctor[3], as_leaver[3]) == ("no-referral", "another-leaving")
    assert "dra-ana" not in str((as_doctor, as_leaver))


async def test_who_is_let_in_leaves_no_record(client: Client) -> None:
    headers = {"Authorization": f"Bearer {PORTAL_KEY}"}

    assert await recorded(client, "/api/dyte/meeting", START, headers) == (201, [])
