"""A twin in process fails as the same twin does over HTTP, through the real adapters."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp
import pytest
from pytest_aiohttp.plugin import AiohttpServer

from adapters.attendance.http import HttpAttendance
from adapters.partner_api import PartnerApi
from adapters.provider.profile import DYTE
from adapters.provider.rooms import ProviderRooms
from adapters.sandbox.faults import ANSWERS, ApiFaults, FaultPlan
from adapters.sandbox.world import SandboxWorld
from adapters.system import new_id, utc_now
from domain.errors import DomainError, Partner
from domain.meeting import MeetingId, Preset
from domain.ports.attendance import Attendance
from domain.ports.video import VideoProvider
from domain.referral import ReferralId
from entrypoints.sandbox.attendance import create_attendance_app
from entrypoints.sandbox.provider import DYTE_PATH, DYTE_TOKEN, create_provider_app
from tests.builders import a_guest, a_seat

SOON, LONG = 0.05, 30.0
"""Seconds that both ways wait for an answer."""
SLOW = {"hang": {"hang": 1}, "delay": {"delay_rate": 1, "delay_seconds": 5}}
FAULTS = {**{name: {name: 1} for name in ANSWERS}, **SLOW}
CASES = [*((name, LONG) for name in ANSWERS), *((name, SOON) for name in SLOW)]
Came = tuple[object, ...]


@dataclass
class Ways:
    """The same twins, reached in process and over HTTP."""

    world: SandboxWorld
    video: Sequence[VideoProvider]
    attendance: Sequence[Attendance]
    meeting: MeetingId

    def fail(self, fault: str) -> None:
        plan = FaultPlan(api=ApiFaults.model_validate(FAULTS[fault]))
        self.world.faults.follow(plan)
        self.world.attendance_faults.follow(plan)

    def calls(self, way: int) -> list[Callable[[], Awaitable[object]]]:
        """Every call of both ports."""
        video, attendance, meeting = self.video[way], self.attendance[way], self.meeting
        return [
            lambda: video.open("enc-1001"),
            lambda: video.opened_within("enc-1001", 60.0),
            lambda: video.admit(a_guest(), meeting),
            lambda: video.active_session(meeting),
            lambda: video.inside(meeting),
            lambda: anext(video.live_pages()),
            lambda: video.close(meeting),
            lambda: attendance.referral(ReferralId("enc-1001")),
            lambda: attendance.set_in_meeting(a_seat(referral="enc-1001"), in_meeting=True),
        ]


@pytest.fixture
def patience() -> float:
    return LONG


@pytest.fixture
async def ways(aiohttp_server: AiohttpServer, patience: float) -> AsyncIterator[Ways]:
    timeout = aiohttp.ClientTimeout(total=patience)
    async with (
        SandboxWorld.open(utc_now, new_id, patience) as world,
        aiohttp.ClientSession(timeout=timeout) as session,
    ):
        provider = await aiohttp_server(create_provider_app(world))
        service = await aiohttp_server(create_attendance_app(world))
        video = PartnerApi(
            Partner.VIDEO, session, str(provider.make_url(DYTE_PATH)), f"Basic {DYTE_TOKEN}"
        )
        attendance = PartnerApi(Partner.ATTENDANCE, session, str(service.make_url("")).rstrip("/"))
        rooms = ProviderRooms(video, DYTE, {preset: preset.value for preset in Preset})
        opened = await world.rooms.open("enc-1001")
        yield Ways(
            world, (world.video, rooms), (world.service, HttpAttendance(attendance)), opened.id
        )


async def come_to(call: Callable[[], Awaitable[object]]) -> Came:
    """Everything that decides what the service makes of an error."""
    try:
        await call()
    except DomainError as error:
        told = (error.retry_after, error.about_item, error.may_take_effect)
        return type(error).__name__, getattr(error, "partner", None), *told
    return ("no error",)


@pytest.mark.parametrize(("fault", "patience"), CASES)
async def test_each_fault_of_a_twin_in_process_is_raised_as_the_adapter_over_http_raises_it(
    ways: Ways, fault: str
) -> None:
    ways.fail(fault)

    in_process, over_http = [
        await asyncio.gather(*(come_to(call) for call in ways.calls(way))) for way in (0, 1)
    ]

    assert in_process == over_http
    assert ("no error",) not in in_process


@pytest.mark.parametrize("fault", ["html", "refuse"])
async def test_refusals_in_a_row_mean_the_same_in_process_as_over_http(
    ways: Ways, fault: str
) -> None:
    """Of six referrals; five in a row are no longer about one item."""
    ways.fail(fault)

    in_process, over_http = [
        [
            await come_to(lambda: ways.attendance[way].referral(ReferralId(f"enc-{number}")))  # noqa: B023
            for number in range(6)
        ]
        for way in (0, 1)
    ]

    assert in_process == over_http


async def test_a_slow_partner_that_answers_in_time_answers_what_was_asked(ways: Ways) -> None:
    ways.world.faults.follow(FaultPlan(api=ApiFaults(delay_rate=1, delay_seconds=0.01)))

    (came,) = [await come_to(ways.calls(0)[3])]

    assert came == ("no error",)
    assert [entry.answer for entry in ways.world.log.entries] == ["ok"]
    assert (ways.world.log.entries[0].seconds or 0) >= 0.01


async def test_what_a_twin_was_asked_is_noted_with_when_about_whom_and_what_came_of_it(
    ways: Ways,
) -> None:
    for way in (0, 1):
        for call in ways.calls(way)[2:3] + ways.calls(way)[7:]:
            await come_to(call)
    ways.fail("down")
    await come_to(ways.calls(0)[8])
    await come_to(ways.calls(1)[8])

    noted = [
        (one.what, *one.about[:3], one.in_meeting, one.answer) for one in ways.world.log.entries
    ]
    meeting = ways.meeting
    path = "/attendance-service/referrals/{referralId}"
    seat = a_seat(referral="enc-1001")
    update = ("enc-1001", seat.meeting, seat.person)
    assert noted[:3] == [
        ("admit", "enc-1001", meeting, a_guest().id, None, "ok"),
        ("referral", "enc-1001", None, None, None, "ok"),
        ("set_in_meeting", *update, True, "ok"),
    ]
    assert [one for one in noted[3:] if one[0].startswith("POST /att")] == [
        (f"POST {path}/meetings/{{meetingId}}/user", *update, True, "ok"),
        (f"POST {path}/meetings/{{meetingId}}/user", "enc-1001", seat.meeting, None, None, "503"),
    ]
    assert noted[-2] == ("set_in_meeting", *update, True, "partner-unavailable")
    admitted = [one for one in noted if one[0].endswith("/participants")]
    assert ("POST", "enc-1001", meeting, a_guest().id) in [
        (one[0].split()[0], *one[1:4]) for one in admitted
    ]
    assert all(one.at.endswith("Z") for one in ways.world.log.entries)
