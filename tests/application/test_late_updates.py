"""An update whose outcome is not known may take effect after the next one: told once more."""

import asyncio
from dataclasses import dataclass, field

import pytest

from application.sync_presence import SyncOutcome
from domain.delivery import Outcome
from domain.errors import DomainError, Partner, PartnerTimeoutError, PartnerUnavailableError
from domain.facts import Fact, PeerJoined, PeerLeft
from domain.policies.doubt import AGAIN
from domain.presence import Seat
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance, Told
from tests.application.test_engine import ANA, a_body, received, soon, worked_off
from tests.builders import PORTAL, a_referral, a_report, a_seat
from tests.waiting import all_done


def a_reset() -> PartnerUnavailableError:
    error = PartnerUnavailableError(Partner.ATTENDANCE, "cut off")
    error.may_take_effect = True
    return error


@dataclass
class LateAttendance(FaultyAttendance):
    """While ``losing``, an update is answered by that error, and applied when it ``lands``."""

    losing: DomainError | None = None
    under_way: list[Told] = field(default_factory=list)

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        if self.losing:
            self.under_way.append(Told(seat, in_meeting))
            raise self.losing
        await FaultyAttendance.set_in_meeting(self, seat, in_meeting=in_meeting)

    async def lands(self) -> None:
        self.losing = None
        for seat, in_meeting in self.under_way:
            await FaultyAttendance.set_in_meeting(self, seat, in_meeting=in_meeting)


@pytest.fixture
def attendance() -> LateAttendance:
    stored = LateAttendance()
    stored.put(a_referral())
    return stored


async def reported(wired: Container, *, in_meeting: bool) -> SyncOutcome:
    return await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=in_meeting)


async def works(wired: Container) -> None:
    """What is due now, and nothing else."""
    work = wired.work()
    while await work._claim():
        while work._in_hand:
            await all_done(work._in_hand)


@pytest.mark.parametrize(
    "lost", [PartnerTimeoutError(Partner.ATTENDANCE, "hangs"), a_reset()], ids=["time-out", "reset"]
)
async def test_an_update_that_lands_after_the_next_one_is_put_right(
    wired: Container, attendance: LateAttendance, clock: Clock, lost: DomainError
) -> None:
    attendance.losing = lost
    first = await reported(wired, in_meeting=True)
    attendance.losing = None
    second = await reported(wired, in_meeting=False)
    await attendance.lands()
    wrong = attendance.flags_of()
    clock.pass_by(AGAIN)
    await works(wired)

    assert (first, second) == (SyncOutcome.LATER, SyncOutcome.DONE)
    assert wrong == {"dra-ana": True}
    assert attendance.flags_of() == {"dra-ana": False}


async def test_it_is_told_once_more_and_no_oftener(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    attendance.losing = PartnerTimeoutError(Partner.ATTENDANCE, "hangs")
    await reported(wired, in_meeting=True)
    attendance.losing = None
    await reported(wired, in_meeting=False)
    clock.pass_by(AGAIN - 1)
    await works(wired)
    before = len(attendance.told)
    await worked_off(wired, clock)

    assert (before, len(attendance.told)) == (1, 2)
    assert await wired.operator_inbox().updates(referral=None, limit=9) == []


async def test_however_long_the_attendance_service_is_away_the_minute_begins_when_it_is_back(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    attendance.losing = PartnerTimeoutError(Partner.ATTENDANCE, "hangs")
    await reported(wired, in_meeting=True)
    clock.pass_by(3600)
    attendance.losing = None
    await reported(wired, in_meeting=False)
    await attendance.lands()
    clock.pass_by(AGAIN)
    await works(wired)

    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_report_in_between_does_not_shorten_the_minute(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    attendance.losing = PartnerTimeoutError(Partner.ATTENDANCE, "hangs")
    await reported(wired, in_meeting=True)
    attendance.losing = None
    await reported(wired, in_meeting=False)
    clock.pass_by(10)
    await reported(wired, in_meeting=False)
    await attendance.lands()
    clock.pass_by(AGAIN - 10)
    await works(wired)

    assert attendance.flags_of() == {"dra-ana": False}


async def test_what_was_refused_before_it_was_sent_is_not_told_twice(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    attendance.failing = PartnerUnavailableError(Partner.ATTENDANCE, "no connection")
    await reported(wired, in_meeting=True)
    attendance.failing = None
    await worked_off(wired, clock)

    assert attendance.told == [(a_seat(), True)]


async def test_what_a_process_told_before_it_died_is_told_once_more(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    await wired.presence().append(a_report("f-1"), a_seat(), now=clock(), due=clock() + 15)
    clock.pass_by(15)
    await works(wired)
    clock.pass_by(AGAIN)
    await works(wired)

    assert attendance.told == [(a_seat(), True)] * 2


async def test_what_our_own_deadline_cut_off_is_told_once_more(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    due = clock() + 15
    claimed = await wired.presence().append(a_report("f-1"), a_seat(), now=clock(), due=due)
    assert claimed is not None
    attendance.hanging = True
    cut_off = await wired.sync_presence()(claimed, asyncio.get_running_loop().time())
    attendance.hanging = False
    clock.pass_by(20)
    await works(wired)
    clock.pass_by(AGAIN)
    await works(wired)

    assert cut_off is SyncOutcome.LATER
    assert attendance.told == [(a_seat(), True)] * 2


async def test_what_is_under_way_when_the_service_stops_is_told_once_more(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    attendance.hanging = True
    await wired.presence().append(a_report("f-1"), a_seat(), now=clock(), due=clock())
    stopping = wired.work()
    await stopping._claim()
    await asyncio.sleep(0)
    await stopping.stop(0)
    attendance.hanging = False
    (again,) = await wired.presence().claim_seats(1, now=clock(), lease=15)
    await wired.sync_presence()(again)
    stopping._stopping = False
    clock.pass_by(AGAIN)
    await works(wired)

    assert attendance.told == [(a_seat(), True)] * 2


async def test_a_connection_that_came_and_went_during_a_lost_update_is_told_out(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    """What was last told and what is to be shown agree; what is shown does not."""
    attendance.losing = PartnerTimeoutError(Partner.ATTENDANCE, "hangs")
    for key, what in (("j", PeerJoined(ANA, "p-1", "s")), ("l", PeerLeft("p-1", "s"))):
        fact = Fact(key, a_seat().referral, a_seat().meeting, what, clock())
        await wired.presence().append(fact, a_seat(), now=clock(), due=clock())
        await works(wired)
        attendance.losing = None
    await attendance.lands()
    clock.pass_by(AGAIN)
    await works(wired)

    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_webhook_whose_seats_are_only_told_once_more_counts_as_applied(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    attendance.losing = PartnerTimeoutError(Partner.ATTENDANCE, "hangs")
    first = await received(wired, a_body())
    attendance.losing = None
    clock.pass_by(20)
    await works(wired)

    assert first.outcome is Outcome.PENDING
    assert (await received(wired, a_body())).outcome is Outcome.DUPLICATE


async def test_an_update_that_is_only_told_once_more_says_so_to_operators(
    wired: Container, attendance: LateAttendance, clock: Clock
) -> None:
    attendance.losing = PartnerTimeoutError(Partner.ATTENDANCE, "hangs")
    await reported(wired, in_meeting=True)
    attendance.losing = None
    await reported(wired, in_meeting=True)

    (entry,) = await wired.operator_inbox().updates(referral=None, limit=9)
    assert (entry.why, entry.due) == ("outcome-unknown", clock() + AGAIN)
