"""A fifth of the referrals fails, in whatever way: the others do not wait for them."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from application.work import Work
from domain.errors import (
    DomainError,
    Partner,
    PartnerBrokenError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)
from domain.presence import Seat
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.test_engine import soon
from tests.builders import PORTAL, a_report, a_seat
from tests.waiting import PATIENCE

REFERRALS = 300
TIME_OUT = 5.0  # seconds
TICK = 0.1  # seconds
FEW = 2
A_SECOND = 15
"""Calls about sick referrals: each is tried again after 20 s at most, and when it is reported."""

SICKNESSES: dict[str, DomainError] = {
    "hanging": PartnerTimeoutError(Partner.ATTENDANCE, "hangs"),
    "500": PartnerBrokenError(Partner.ATTENDANCE, "500"),
    "429": PartnerUnavailableError(Partner.ATTENDANCE, "429", retry_after=600),
}


def is_sick(seat: Seat) -> bool:
    return seat.meeting.startswith("sick")


@dataclass
class HalfSickAttendance(FaultyAttendance):
    """``hung`` are calls about sick referrals that hang until the test ends them."""

    clock: Clock = field(default_factory=Clock)
    sickness: DomainError | None = None
    hangs: bool = False
    hung: dict[asyncio.Future[None], float] = field(default_factory=dict)
    arrived: dict[Seat, float] = field(default_factory=dict)
    calls: int = 0
    most_hung: int = 0

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        if not is_sick(seat):
            self.arrived.setdefault(seat, self.clock())
            return
        self.calls += 1
        if self.hangs:
            waiting = asyncio.get_running_loop().create_future()
            self.hung[waiting] = self.clock() + TIME_OUT
            self.most_hung = max(self.most_hung, len(self.hung))
            await waiting
        if self.sickness:
            raise self.sickness

    def times_out(self) -> None:
        """Whoever has hung for so long is let go, to fail."""
        for waiting in [one for one, end in self.hung.items() if end <= self.clock()]:
            del self.hung[waiting]
            waiting.set_result(None)


@pytest.fixture
def attendance(clock: Clock) -> HalfSickAttendance:
    return HalfSickAttendance(clock=clock)


def a_referrals_seat(number: int) -> Seat:
    """Every fifth is sick."""
    kind = "sick" if number % 5 == 0 else "well"
    return a_seat(f"enc-{number}", f"{kind}-{number}", "dra-ana")


async def one_tick(
    work: Work, attendance: HalfSickAttendance, reports: set[asyncio.Task[object]]
) -> None:
    """All that can be done now is done; then time passes."""
    attendance.times_out()
    while await work._claim():
        pass
    while len([*reports, *work._in_hand]) > len(attendance.hung):
        await asyncio.wait({*reports, *work._in_hand}, timeout=0.001)
        reports -= {report for report in reports if report.done()}
    attendance.clock.pass_by(TICK)


async def test_beside_many_that_hang_the_others_are_told_without_another_look(
    wired: Container, attendance: HalfSickAttendance, clock: Clock
) -> None:
    attendance.hangs = True
    work = replace(wired.work(), poll=3600)
    for number in range(5 * (work.most - FEW)):
        seat, now = a_referrals_seat(number), clock()
        await wired.presence().append(
            a_report(f"report-{number}", seat, in_meeting=False), seat, now=now, due=now
        )
    running = asyncio.create_task(work.run())

    async with asyncio.timeout(PATIENCE):
        while len(attendance.arrived) < 4 * (work.most - FEW):
            await asyncio.wait({running}, timeout=0.001)

    assert attendance.most_hung == work.most - FEW
    await work.stop(0)
    await running


@pytest.mark.parametrize("sickness", SICKNESSES)
async def test_with_a_fifth_of_the_referrals_sick_the_others_are_told_within_two_seconds(
    wired: Container, attendance: HalfSickAttendance, clock: Clock, sickness: str
) -> None:
    """Each leaves twice: first when nothing is known of the sick ones, then when they failed."""
    attendance.sickness, attendance.hangs = SICKNESSES[sickness], sickness == "hanging"
    work, began = wired.work(), {}
    reports: set[asyncio.Task[object]] = set()
    waits, at_once = [], []
    start = clock()
    for _round in range(2):
        attendance.arrived.clear()
        for number in range(REFERRALS):
            seat = a_referrals_seat(number)
            began[seat] = clock()
            report = wired.report_presence()(PORTAL, seat, soon(), in_meeting=False)
            reports.add(asyncio.create_task(report))
            if number % 3 == 2:
                await one_tick(work, attendance, reports)
        for _ in range(100):
            await one_tick(work, attendance, reports)
        waits += [arrived - began[seat] for seat, arrived in attendance.arrived.items()]
        at_once.append(attendance.most_hung)
        attendance.most_hung = 0

    assert len(waits) == 2 * REFERRALS * 4 // 5
    assert sorted(waits)[len(waits) * 95 // 100] <= 2
    assert not attendance.hangs or at_once[1] <= FEW
    assert attendance.calls <= A_SECOND * (clock() - start)
    for waiting in attendance.hung:
        waiting.cancel()
    await work.stop(0)
