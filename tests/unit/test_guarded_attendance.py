"""The breaker around the attendance service: who gets through, and what counts as a failure."""

import asyncio
from dataclasses import dataclass

import pytest

from adapters.attendance.guarded import A_FAIR_CHANCE, GuardedAttendance
from adapters.sandbox.attendance import SandboxAttendance
from domain.errors import (
    DomainError,
    Partner,
    PartnerBrokenError,
    PartnerRefusedError,
    PartnerUnavailableError,
    UnknownReferralError,
)
from domain.policies.breaker import Breaker
from domain.presence import Seat
from domain.referral import Referral, ReferralId
from tests.application.conftest import Clock
from tests.builders import a_referral, a_seat
from tests.waiting import hang

ENC = ReferralId("enc-1")


@dataclass
class OneAttendance(SandboxAttendance):
    """The twin, counting who gets through; ``failing`` is raised, ``hanging`` answers nobody."""

    reached: int = 0
    failing: DomainError | None = None
    hanging: bool = False

    async def referral(self, referral: ReferralId) -> Referral:
        self.reached += 1
        if self.hanging:
            await hang()
        if self.failing:
            raise self.failing
        return await SandboxAttendance.referral(self, referral)

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        if self.failing:
            raise self.failing
        await SandboxAttendance.set_in_meeting(self, seat, in_meeting=in_meeting)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


@pytest.fixture
def attendance() -> OneAttendance:
    twin = OneAttendance()
    twin.put(a_referral())
    return twin


@pytest.fixture
def guarded(attendance: OneAttendance, breaker: Breaker) -> GuardedAttendance:
    return GuardedAttendance(attendance, breaker)


async def failed(guarded: GuardedAttendance, attendance: OneAttendance, times: int = 10) -> None:
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")
    for number in range(times):
        with pytest.raises(PartnerBrokenError):
            await guarded.referral(ReferralId(f"sick-{number}"))
    attendance.failing = None


async def test_while_it_is_open_nobody_reaches_the_attendance_service(
    guarded: GuardedAttendance, attendance: OneAttendance
) -> None:
    await failed(guarded, attendance)

    with pytest.raises(PartnerUnavailableError):
        await guarded.referral(ENC)

    assert attendance.reached == 10


async def test_updates_about_one_referral_that_fail_do_not_open_it_and_about_ten_they_do(
    guarded: GuardedAttendance, attendance: OneAttendance, breaker: Breaker
) -> None:
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")
    one = [a_seat(meeting=f"m-{number}", person=f"p-{number}") for number in range(20)]
    ten = [a_seat(f"sick-{number}") for number in range(9)]
    opened = []
    for seats in (one, ten):
        for seat in seats:
            with pytest.raises(PartnerBrokenError):
                await guarded.set_in_meeting(seat, in_meeting=True)
        opened.append(breaker.open)

    assert opened == [False, True]


async def test_of_many_at_once_only_the_probe_reaches_the_attendance_service(
    guarded: GuardedAttendance, attendance: OneAttendance, clock: Clock
) -> None:
    await failed(guarded, attendance)
    clock.pass_by(5)
    attendance.hanging = True
    probe = asyncio.create_task(guarded.referral(ENC))
    await asyncio.sleep(0)

    others = await asyncio.gather(
        *(guarded.referral(ENC) for _ in range(20)), return_exceptions=True
    )

    assert {type(answer) for answer in others} == {PartnerUnavailableError}
    assert attendance.reached == 10 + 1
    probe.cancel()


async def test_a_probe_that_succeeds_lets_everybody_through_again(
    guarded: GuardedAttendance, attendance: OneAttendance, clock: Clock
) -> None:
    await failed(guarded, attendance)
    clock.pass_by(5)

    answers = [await guarded.referral(ENC) for _ in range(3)]

    assert answers == [a_referral()] * 3


@pytest.mark.parametrize(
    "refusal", [UnknownReferralError("404"), PartnerRefusedError(Partner.ATTENDANCE, 422)]
)
async def test_a_refusal_is_an_answer_and_ends_the_failures_in_a_row(
    guarded: GuardedAttendance, attendance: OneAttendance, breaker: Breaker, refusal: DomainError
) -> None:
    await failed(guarded, attendance, times=9)
    attendance.failing = refusal

    with pytest.raises(type(refusal)):
        await guarded.referral(ENC)

    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")
    with pytest.raises(PartnerBrokenError):
        await guarded.referral(ReferralId("enc-2"))
    assert not breaker.open


@pytest.mark.parametrize(("waited", "counts"), [(A_FAIR_CHANCE, True), (0.9, False)])
async def test_a_call_that_is_cut_off_counts_once_it_had_a_fair_chance(
    guarded: GuardedAttendance,
    attendance: OneAttendance,
    breaker: Breaker,
    clock: Clock,
    waited: float,
    counts: bool,
) -> None:
    attendance.hanging = True
    call = asyncio.create_task(guarded.referral(ENC))
    await asyncio.sleep(0)

    clock.pass_by(waited)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert (ENC in breaker.failing) is counts


async def test_of_referrals_that_failed_before_two_are_asked_at_once_and_others_as_ever(
    guarded: GuardedAttendance, attendance: OneAttendance, breaker: Breaker
) -> None:
    await failed(guarded, attendance, times=9)
    attendance.reached, attendance.hanging = 0, True
    sick = [guarded.referral(ReferralId(f"sick-{number}")) for number in range(9)]
    well = [guarded.referral(ReferralId(f"well-{number}")) for number in range(20)]
    calls = [asyncio.create_task(call) for call in (*sick, *well)]
    await asyncio.sleep(0)

    assert attendance.reached == 2 + 20
    for call in calls:
        call.cancel()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, PartnerUnavailableError)]
    assert len(refused) == 7
    assert guarded.retries.under_way == 0
