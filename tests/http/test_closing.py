"""Ending a meeting over HTTP: who may, what it says, and what is refused from then on."""

from collections.abc import Mapping

import pytest
from aiohttp import ClientResponse
from dependency_injector import providers
from structlog.testing import capture_logs

from adapters.system import epoch, new_id, utc_now
from application.rights import Hosts
from domain.errors import Partner, PartnerUnavailableError
from domain.meeting import MeetingId
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.conftest import Client, Serve
from tests.http.operators import asked, audited
from tests.http.test_endpoints import a_join, a_meeting, marks
from tests.identity import OPERATOR_KEY, PORTAL_KEY, a_token, asking
from tests.rooms import FaultyCloser

ENDED = (200, {"message": "Videochamada encerrada com sucesso!"})
LATER = (202, {"message": "Encerramento recebido; será aplicado em instantes."})
ANA, CAIO = "dra-ana", "dr-caio"


def by(credential: str | None) -> Mapping[str, str]:
    return {} if credential is None else {"Authorization": f"Bearer {credential}"}


async def end(
    client: Client, meeting: str, credential: str | None = None, data: bytes | None = None
) -> ClientResponse:
    path = f"/api/dyte/meeting/{meeting}/end"
    return await client.post(path, data=data, headers=by(credential))


async def said(answer: ClientResponse) -> tuple[int, object]:
    return answer.status, await answer.json()


async def refusal(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, str((await answer.json())["type"]).rpartition(":")[2]


async def report(
    client: Client, meeting: str, credential: str | None = None, *, in_meeting: bool
) -> ClientResponse:
    path = f"/attendance-service/referrals/enc-1001/meetings/{meeting}/user"
    body = {"inMeeting": in_meeting, "userId": ANA}
    return await client.post(path, json=body, headers=by(credential))


@pytest.mark.parametrize("body", [None, b"", b"{}", b"not json", b"x" * 100_000])
async def test_ending_puts_both_out_and_reads_no_body(client: Client, body: bytes | None) -> None:
    meeting = await a_meeting(client)
    await client.post("/api/dyte/participants", json=a_join(meeting))
    await report(client, meeting, in_meeting=True)
    before = await marks(client)

    assert await said(await end(client, meeting, data=body)) == ENDED
    assert await said(await end(client, meeting, data=body)) == ENDED
    assert before == {ANA: True}
    assert await marks(client) == {ANA: False, "dr-bruno": False}


async def test_nobody_joins_or_is_reported_in_and_whoever_leaves_is_heard(client: Client) -> None:
    meeting = await a_meeting(client)
    await report(client, meeting, in_meeting=True)
    await end(client, meeting)

    joining = await client.post("/api/dyte/participants", json=a_join(meeting))
    arriving = await report(client, meeting, in_meeting=True)
    leaving = {"doctorID": ANA, "referralID": "enc-1001", "meetID": meeting}

    assert await refusal(joining) == (409, "meeting-closed")
    assert await refusal(arriving) == (409, "meeting-closed")
    assert (await report(client, meeting, in_meeting=False)).status == 200
    assert (await client.post("/api/update-doctor-meet", json=leaving)).status == 200
    inside = await client.post(f"/sandbox/calls/{meeting}/join", json={"userId": ANA})
    assert inside.status == 409


async def test_a_meeting_that_nobody_knows_is_not_found(client: Client) -> None:
    assert await refusal(await end(client, "m-9")) == (404, "unknown-meeting")
    assert (await end(client, "%00")).status == 422


async def test_while_the_provider_is_away_it_is_stored_and_operators_see_it(
    serve: Serve, settings: Settings
) -> None:
    rooms, container = FaultyCloser(utc_now, new_id), Container(settings=settings)
    rooms.inactive = PartnerUnavailableError(Partner.VIDEO, "503", retry_after=30)
    container.rooms.override(providers.Object(rooms))
    client = await serve(container)
    meeting = await a_meeting(client)

    assert await said(await end(client, meeting)) == LATER
    assert await said(await end(client, meeting)) == LATER
    status, shown = await asked(client, "closings", [("referral", "enc-1001")])
    rooms.inactive = None

    assert status == 200
    (row,) = shown["closings"]
    assert (row["meeting"], row["why"], row["failures"]) == (meeting, "partner-unavailable", 2)
    assert await said(await end(client, meeting)) == ENDED
    assert await asked(client, "closings") == (200, {"closings": []})


@pytest.fixture
async def known(serve: Serve, settings: Settings) -> Client:
    """Callers say who they are; ``m-1`` is about ``enc-1001``; only its requester may be host."""
    changed = {**asking(), "host_policy": Hosts.REQUESTER}
    container = Container(settings=settings.model_copy(update=changed))
    client = await serve(container)
    await container.meetings().add(MeetingId("m-1"), "enc-1001", now=epoch())
    return client


@pytest.mark.parametrize(
    ("credential", "status"),
    [
        (a_token(ANA), 200),
        (PORTAL_KEY, 200),
        (OPERATOR_KEY, 200),
        (a_token("dr-bruno"), 403),
        (a_token(CAIO), 403),
        (None, 401),
    ],
    ids=["the host", "a service", "an operator", "no host", "another's referral", "nobody"],
)
async def test_a_host_a_service_and_an_operator_may_and_nobody_else(
    known: Client, credential: str | None, status: int
) -> None:
    answer = await end(known, "m-1", credential)
    joined = await known.post(
        "/api/dyte/participants", json=a_join("m-1"), headers=by(a_token(ANA))
    )

    assert answer.status == status
    assert joined.status == (409 if status == 200 else 404)  # the twin has no such meeting


async def test_a_closed_meeting_is_still_hidden_from_who_is_not_on_its_referral(
    known: Client,
) -> None:
    await end(known, "m-1", PORTAL_KEY)

    for meeting in ("m-1", "m-9"):
        assert await refusal(await end(known, meeting, a_token(CAIO))) == (403, "forbidden")
        joining = a_join(meeting, id=CAIO)
        joined = await known.post("/api/dyte/participants", json=joining, headers=by(a_token(CAIO)))
        assert joined.status == 403


async def test_a_doctor_who_ends_a_meeting_is_in_the_audit_log_by_a_pseudonym(
    known: Client,
) -> None:
    with capture_logs() as logs:
        await end(known, "m-1", a_token(ANA))

    ((event, who, what, outcome),) = audited(logs)
    assert (event, outcome) == ("audit.meeting_closed", "stored")
    assert who.startswith("doctor:")
    assert what.startswith("meeting/")
    assert ANA not in who
    assert "m-1" not in what
