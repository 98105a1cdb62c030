"""An attendance service on a real socket that refuses single referrals."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from entrypoints.container import Container
from entrypoints.operators.app_keys import INBOX
from entrypoints.settings import Settings
from tests.conftest import Client, Serve

SICK = re.compile(r"sick-(\d{3})-\d+")


async def answer(request: web.Request) -> web.Response:
    """The status is the referral's name; every other referral is well."""
    if sick := SICK.search(request.path):
        return web.json_response({"message": "canary"}, status=int(sick[1]))
    return web.json_response({"solicitante": {"id": "dra-ana"}})


@asynccontextmanager
async def partner() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def serving(serve: Serve, settings: Settings, url: str) -> Client:
    real = {"attendance_provider": "http", "attendance_base_url": url, "sweep": False}
    return await serve(Container(settings=settings.model_copy(update=real)))


async def reported(client: Client, referral: str) -> int:
    path = f"/attendance-service/referrals/{referral}/meetings/m-{referral}/user"
    answer = await client.post(path, json={"inMeeting": True, "userId": "dra-ana"})
    assert "canary" not in await answer.text()
    return answer.status


async def waiting(client: Client) -> set[str | None]:
    """Why updates wait, as operators are shown."""
    assert client.app is not None
    updates = await client.app[INBOX].updates(referral=None, limit=99)
    return {update.why for update in updates}


@pytest.mark.parametrize(
    ("status", "answered"),
    [(404, 404), (405, 422), (409, 202), (410, 404), (413, 422), (415, 422), (423, 202)],
)
async def test_ten_refused_referrals_slow_no_healthy_report(
    serve: Serve, settings: Settings, status: int, answered: int
) -> None:
    async with partner() as url:
        client = await serving(serve, settings, url)
        sick = [await reported(client, f"sick-{status}-{number}") for number in range(10)]

        assert await reported(client, "enc-1") == 200
        assert sick == [answered] * 10
        await client.close()


async def test_forbidden_referrals_among_healthy_ones_slow_nobody(
    serve: Serve, settings: Settings
) -> None:
    async with partner() as url:
        client = await serving(serve, settings, url)
        for number in range(10):
            assert await reported(client, f"sick-403-{number}") == 202
            assert await reported(client, f"enc-{number}") == 200
        await client.close()


async def test_five_forbidden_referrals_in_a_row_are_refused_credentials_to_operators(
    serve: Serve, settings: Settings
) -> None:
    async with partner() as url:
        client = await serving(serve, settings, url)
        with capture_logs() as logs:
            for number in range(5):
                assert await reported(client, f"sick-403-{number}") == 202
        reasons = await waiting(client)
        await client.close()

    assert {line["reason"] for line in logs if line["event"] == "partner.misconfigured"} == {
        "attendance service: 403: our credentials were refused"
    }
    assert "partner-misconfigured" in reasons


@pytest.mark.parametrize("status", [401, 407])
async def test_one_answer_that_refuses_our_credentials_is_enough(
    serve: Serve, settings: Settings, status: int
) -> None:
    async with partner() as url:
        client = await serving(serve, settings, url)
        assert await reported(client, f"sick-{status}-1") == 202
        reasons = await waiting(client)
        await client.close()

    assert reasons == {"partner-misconfigured"}
