"""A request of our own that comes back is recognised, and nobody else's is."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.attendance.probe import look_at_attendance
from adapters.partner_api import PartnerApi
from adapters.via import loop_mark, passed_through
from domain.errors import Partner, PartnerMisconfiguredError
from entrypoints.container import Container
from entrypoints.http.app_keys import LOOP_MARK
from entrypoints.settings import Settings
from tests.conftest import Client, Serve
from tests.http.test_errors import USER

OPEN = "/api/dyte/meeting"
MARK = loop_mark(b"a secret")


def mark_of(client: Client) -> str:
    assert client.app is not None
    return client.app[LOOP_MARK]


@pytest.mark.parametrize(
    "via",
    [
        "1.1 videochamadas.hospital.example",
        "1.1 videochamadas",
        "1.1 proxy (videochamadas)",
        "1.0 fred, 1.1 videochamadas.hospital.example:8080 (nginx)",
        "videochamadas",
        "",
        ",,",
    ],
)
async def test_a_proxy_may_be_called_whatever_this_service_is_called(
    client: Client, via: str
) -> None:
    answer = await client.post(OPEN, json={"titleMeet": "enc-1001"}, headers={"Via": via})

    assert answer.status == 201


@pytest.mark.parametrize("before", ["", "1.0 fred (a proxy), ", "HTTP/1.1 a.example:80,"])
async def test_a_request_that_comes_back_to_us_goes_no_further(client: Client, before: str) -> None:
    via = f"{before}1.1 {mark_of(client)}"
    answer = await client.post(USER, json={}, headers={"Via": via})

    assert answer.status == 508


async def test_a_mark_in_a_second_header_is_seen_too(client: Client) -> None:
    headers = [("Via", "1.1 proxy"), ("Via", f"1.1 {mark_of(client)} (videochamadas)")]

    assert (await client.post(USER, json={}, headers=headers)).status == 508


@pytest.mark.parametrize(
    "entry", [f"1.1 {MARK}x", f"1.1 x{MARK}", f"1.1 {MARK}.example", f"1.1 x ({MARK})", MARK]
)
def test_only_the_exact_mark_in_its_place_is_ours(entry: str) -> None:
    assert not passed_through(MARK, [entry])
    assert passed_through(MARK, [entry, f"1.1 {MARK}"])


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_whether_it_is_well_is_told_whoever_asks(client: Client, path: str) -> None:
    answer = await client.get(path, headers={"Via": f"1.1 {mark_of(client)}"})

    assert answer.status == 200


async def test_what_this_service_sends_is_recognised_by_every_instance_on_its_database(
    serve: Serve, settings: Settings
) -> None:
    sent: list[str] = []

    async def partner(request: web.Request) -> web.Response:
        sent.append(request.headers["Via"])
        return web.json_response({})

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", partner)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        real = {"attendance_provider": "http", "attendance_base_url": url}
        clustered = settings.model_copy(update=real)
        first, second = [await serve(Container(settings=clustered)) for _ in range(2)]
        await first.post(USER, json={"inMeeting": True, "userId": "dra-ana"})
        for client in (first, second):
            assert (await client.post(USER, json={}, headers={"Via": sent[0]})).status == 508
        await first.close()


async def test_another_installation_has_another_mark(
    serve: Serve, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = {"database_url": f"sqlite:///{tmp_path_factory.mktemp('other')}/storage.db"}
    ours = await serve(Container(settings=settings))
    theirs = await serve(Container(settings=Settings.model_validate(elsewhere)))

    assert mark_of(ours) != mark_of(theirs)
    answer = await ours.post(
        OPEN, json={"titleMeet": "enc-1001"}, headers={"Via": f"1.1 {mark_of(theirs)}"}
    )
    assert answer.status == 201


async def test_a_check_finds_that_the_attendance_service_is_a_service_like_this_one(
    client: Client,
) -> None:
    async with aiohttp.ClientSession() as session:
        base = str(client.make_url("")).rstrip("/")
        api = PartnerApi(Partner.ATTENDANCE, session, base)
        finding, *_ = await look_at_attendance(api)
        with pytest.raises(PartnerMisconfiguredError):
            await api.call("GET", "attendance-service", "referrals", "enc-1001")

    assert not finding.ok
    assert "ATTENDANCE_BASE_URL" in finding.detail
