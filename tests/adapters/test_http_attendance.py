import asyncio
from unittest.mock import Mock

import aiohttp
import pytest
from aioresponses import aioresponses

from adapters.attendance.factory import HttpAttendanceFactory
from adapters.attendance.http import HttpAttendance
from adapters.plug_in import AdapterContext
from adapters.system import epoch, steady
from domain.errors import (
    DomainError,
    Partner,
    PartnerBrokenError,
    PartnerMisconfiguredError,
    PartnerRefusedError,
    PartnerTimeoutError,
    PartnerUnavailableError,
    UnknownReferralError,
)
from domain.referral import ReferralId
from tests.adapters.conftest import ATTENDANCE
from tests.adapters.sent import sent
from tests.builders import a_seat

REFERRAL = f"{ATTENDANCE}/attendance-service/referrals/enc-1"
USER = f"{REFERRAL}/meetings/meeting-1/user"


async def test_a_mark_is_the_contracts_request(
    wire: aioresponses, attendance: HttpAttendance
) -> None:
    wire.post(USER, payload={"message": "ok"})

    await attendance.set_in_meeting(a_seat(), in_meeting=False)

    (request,) = sent(wire)
    assert request.path == "/attendance-service/referrals/enc-1/meetings/meeting-1/user"
    assert request.body == {"inMeeting": False, "userId": "dra-ana"}
    assert request.headers["Authorization"] == "Bearer made-up-token"


@pytest.mark.parametrize("status", [200, 201, 204])
async def test_a_success_needs_no_body(
    wire: aioresponses, attendance: HttpAttendance, status: int
) -> None:
    wire.post(USER, status=status, body="")

    await attendance.set_in_meeting(a_seat(), in_meeting=True)


@pytest.mark.parametrize(
    ("failing", "expected"),
    [
        ({"status": 404, "payload": {"message": "x"}}, UnknownReferralError),
        ({"status": 404, "body": "<html>"}, PartnerBrokenError),
        ({"status": 422, "payload": {"message": "x"}}, PartnerRefusedError),
        ({"status": 401, "body": ""}, PartnerMisconfiguredError),
        ({"status": 429, "body": ""}, PartnerUnavailableError),
        ({"status": 500, "body": ""}, PartnerBrokenError),
        ({"status": 200, "body": "<html>login</html>"}, PartnerBrokenError),
        ({"exception": TimeoutError()}, PartnerTimeoutError),
        ({"exception": aiohttp.ClientConnectionError()}, PartnerUnavailableError),
    ],
)
async def test_every_failure_of_a_mark_is_one_of_ours(
    wire: aioresponses,
    attendance: HttpAttendance,
    failing: dict[str, object],
    expected: type[DomainError],
) -> None:
    wire.post(USER, **failing)

    with pytest.raises(expected):
        await attendance.set_in_meeting(a_seat(), in_meeting=True)


NOBODY_THERE = aiohttp.ClientConnectorError(Mock(), OSError())


@pytest.mark.parametrize(
    ("failing", "may_take_effect"),
    [
        ({"exception": TimeoutError()}, True),
        ({"status": 504, "body": ""}, True),
        ({"exception": aiohttp.ServerDisconnectedError()}, True),
        ({"exception": ConnectionResetError()}, True),
        ({"exception": aiohttp.ClientPayloadError()}, True),
        ({"exception": NOBODY_THERE}, False),
        ({"status": 500, "body": ""}, False),
        ({"status": 429, "body": ""}, False),
        ({"status": 422, "payload": {}}, False),
    ],
)
async def test_a_mark_that_nobody_answered_may_still_take_effect(
    wire: aioresponses,
    attendance: HttpAttendance,
    failing: dict[str, object],
    may_take_effect: bool,
) -> None:
    wire.post(USER, **failing)

    with pytest.raises(DomainError) as raised:
        await attendance.set_in_meeting(a_seat(), in_meeting=True)

    assert raised.value.may_take_effect is may_take_effect


@pytest.mark.parametrize(
    ("failing", "expected"),
    [
        ({"status": 404, "payload": {"message": "x"}}, UnknownReferralError),
        ({"status": 200, "body": "<html>"}, PartnerBrokenError),
        ({"status": 200, "payload": {"data": {}}}, PartnerBrokenError),
        ({"status": 200, "payload": [1]}, PartnerBrokenError),
        ({"exception": TimeoutError()}, PartnerTimeoutError),
    ],
)
async def test_every_failure_of_a_reading_is_one_of_ours(
    wire: aioresponses,
    attendance: HttpAttendance,
    failing: dict[str, object],
    expected: type[DomainError],
) -> None:
    wire.get(REFERRAL, **failing)

    with pytest.raises(expected):
        await attendance.referral(ReferralId("enc-1"))


async def test_fixed_headers_go_with_every_call_to_the_attendance_service(
    wire: aioresponses, session: aiohttp.ClientSession
) -> None:
    headers = {"app-name": "nextmed-web", "x-unit": "7"}
    context = AdapterContext(
        Partner.ATTENDANCE, session, {}, epoch, steady, asyncio.sleep, lambda _url: None
    )
    adapter = HttpAttendanceFactory(ATTENDANCE, "made-up-token", headers)(context)
    wire.get(REFERRAL, payload={"solicitante": {"id": "dra-ana"}})
    wire.post(USER, payload={"message": "ok"})

    await adapter.attendance.referral(ReferralId("enc-1"))
    await adapter.attendance.set_in_meeting(a_seat(), in_meeting=False)

    asked, told = sent(wire)
    for request in (asked, told):
        assert request.headers.items() >= headers.items()
        assert request.headers["Authorization"] == "Bearer made-up-token"
