"""What a partner's success is, by whether anything is needed of its body."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import orjson
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from aioresponses import aioresponses
from pytest_aiohttp.plugin import AiohttpServer
from structlog.testing import capture_logs

from adapters.attendance.http import HttpAttendance
from adapters.partner_api import LARGEST_ANSWER, PartnerApi
from domain.errors import (
    DomainError,
    Partner,
    PartnerBrokenError,
    PartnerMisconfiguredError,
    PartnerUnavailableError,
)
from domain.referral import ReferralId
from tests.adapters.test_http_attendance import REFERRAL, USER
from tests.builders import a_referral, a_seat

JSON = "application/json"
PLAIN = "text/plain"
PAGE = "<!DOCTYPE html><html><body>Entrar</body></html>"
BYTE_ORDER_MARK = "\ufeff"


@asynccontextmanager
async def answering(
    aiohttp_server: AiohttpServer, answer: Handler
) -> AsyncIterator[HttpAttendance]:
    """The adapter against a server on a socket that answers everything like that."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    server = await aiohttp_server(app)
    async with aiohttp.ClientSession() as session:
        base = str(server.make_url("")).rstrip("/")
        yield HttpAttendance(PartnerApi(Partner.ATTENDANCE, session, base))


async def updated(attendance: HttpAttendance) -> None:
    await attendance.set_in_meeting(a_seat(), in_meeting=True)


@pytest.mark.parametrize("status", [200, 201, 202, 203, 204, 206])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", JSON),
        ("", "text/html"),
        (" \r\n", PLAIN),
        (BYTE_ORDER_MARK, JSON),
        ("OK", PLAIN),
        ("OK", "Text/Plain; charset=iso-8859-1"),
        ("OK", ""),
        ("true", JSON),
        ("null", JSON),
        ("[]", JSON),
        ('"ok"', JSON),
        ("0", JSON),
        ("{}", JSON),
        (BYTE_ORDER_MARK + '{"message":"ok"}', JSON),
        ('{"message":"ok"}', "application/hal+json"),
        ('{"message":"ok"}', "text/html; charset=UTF-8"),
        ("true", "application/octet-stream"),
    ],
)
async def test_a_success_is_a_success_whatever_its_body_says(
    wire: aioresponses, attendance: HttpAttendance, status: int, body: str, kind: str
) -> None:
    wire.post(USER, status=status, body=body, headers={"Content-Type": kind})

    await updated(attendance)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PAGE, "text/html"),
        (PAGE, "text/html; charset=utf-8"),
        (PAGE, "application/xhtml+xml"),
        (PAGE, PLAIN),
        (f"{BYTE_ORDER_MARK}\n{PAGE}", ""),
        (PAGE, JSON),
        ("<!-- login --><html>", PLAIN),
        ("<head><title>Entrar</title>", ""),
        ("OK", "text/html"),
        ('{"message":', JSON),
        ("GIF89a", "image/gif"),
    ],
)
async def test_a_page_in_place_of_a_success_is_later(
    wire: aioresponses, attendance: HttpAttendance, body: str, kind: str
) -> None:
    wire.post(USER, body=body, headers={"Content-Type": kind})

    with pytest.raises(PartnerBrokenError) as caught:
        await updated(attendance)
    assert caught.value.kind.later


@pytest.mark.parametrize(
    "answer",
    [
        {"body": PAGE, "headers": {"Content-Type": "text/html"}},
        {"status": 302, "body": "", "headers": {"Location": "https://login.example"}},
    ],
)
async def test_when_every_update_gets_a_page_an_operator_is_told(
    wire: aioresponses, attendance: HttpAttendance, answer: dict[str, object]
) -> None:
    wire.post(USER, repeat=True, **answer)
    wire.get(REFERRAL, repeat=True, payload={"solicitante": {"id": "dra-ana"}})
    failures: list[DomainError] = []
    with capture_logs() as logs:
        for _ in range(6):
            await attendance.referral(ReferralId("enc-1"))
            with pytest.raises(DomainError) as caught:
                await updated(attendance)
            failures.append(caught.value)

    expected = [PartnerBrokenError] * 4 + [PartnerMisconfiguredError] * 2
    assert [type(failure) for failure in failures] == expected
    assert [line["event"] for line in logs] == ["partner.misconfigured"] * 2
    assert "login" in logs[0]["reason"]


async def test_a_success_between_two_pages_means_that_not_every_update_gets_one(
    wire: aioresponses, attendance: HttpAttendance
) -> None:
    for _ in range(4):
        for _ in range(4):
            wire.post(USER, body=PAGE, headers={"Content-Type": "text/html"})
            with pytest.raises(PartnerBrokenError):
                await updated(attendance)
        wire.post(USER, body="OK", headers={"Content-Type": PLAIN})
        await updated(attendance)


@pytest.mark.parametrize(
    ("kind", "beginning"), [(JSON, b'["'), (PLAIN, b""), ("application/problem+json", b'{"a":"')]
)
async def test_a_huge_body_of_an_update_is_no_failure_and_is_not_read_to_its_end(
    aiohttp_server: AiohttpServer, kind: str, beginning: bytes
) -> None:
    written = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        await response.write(beginning)
        try:
            while written < 10 * LARGEST_ANSWER:
                await response.write(b"x" * 2**16)
                written += 2**16
        except ConnectionError:
            pass
        return response

    async with answering(aiohttp_server, endless) as attendance:
        await updated(attendance)

    assert written < 10 * LARGEST_ANSWER


async def test_a_referral_may_be_some_mebibytes_long_and_begin_with_a_byte_order_mark(
    aiohttp_server: AiohttpServer,
) -> None:
    record = {"solicitante": {"id": "dra-ana"}, "anexo": "x" * (6 * 1024 * 1024)}

    async def long(_request: web.Request) -> web.Response:
        return web.Response(body=BYTE_ORDER_MARK.encode() + orjson.dumps(record))

    async with answering(aiohttp_server, long) as attendance:
        assert await attendance.referral(ReferralId("enc-1")) == a_referral(specialist=None)


async def test_a_referral_without_an_end_is_not_read_to_it(aiohttp_server: AiohttpServer) -> None:
    async def longer(_request: web.Request) -> web.Response:
        return web.Response(body=b" " * (LARGEST_ANSWER + 1))

    async with answering(aiohttp_server, longer) as attendance:
        with pytest.raises(PartnerBrokenError, match="endless"):
            await attendance.referral(ReferralId("enc-1"))


@pytest.mark.parametrize("body", ["OK", "true", "null", "[]", ""])
async def test_where_a_body_is_needed_it_must_be_the_json_that_is_needed(
    wire: aioresponses, attendance: HttpAttendance, body: str
) -> None:
    wire.get(REFERRAL, body=body, headers={"Content-Type": PLAIN})

    with pytest.raises(PartnerBrokenError):
        await attendance.referral(ReferralId("enc-1"))


async def test_too_early_is_later_with_the_partners_advice(
    wire: aioresponses, attendance: HttpAttendance
) -> None:
    wire.post(USER, status=425, headers={"Retry-After": "3"})

    with pytest.raises(PartnerUnavailableError) as caught:
        await updated(attendance)
    assert caught.value.retry_after == 3
