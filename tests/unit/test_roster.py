"""A referral's doctors: remembered for a moment, and for longer while nobody can be asked."""

import pytest

from adapters.attendance import roster as remembered
from adapters.attendance.roster import FRESH, STALE, RememberedRoster
from domain.breaker import Breaker
from domain.errors import Partner, PartnerBrokenError, PartnerUnavailableError
from domain.referral import ReferralId
from tests.application.conftest import Clock, FaultyAttendance
from tests.builders import a_referral

ENC = ReferralId("enc-1")


def remembering(attendance: FaultyAttendance, clock: Clock) -> RememberedRoster:
    return RememberedRoster(attendance, Breaker(clock), clock)


@pytest.fixture
def attendance() -> FaultyAttendance:
    book = FaultyAttendance()
    book.put(a_referral())
    return book


async def test_a_referral_is_read_once_in_a_moment(attendance: FaultyAttendance) -> None:
    clock = Clock()
    roster = remembering(attendance, clock)

    assert [await roster(ENC) for _ in range(3)] == [a_referral()] * 3
    assert attendance.read == 1
    clock.pass_by(FRESH)
    attendance.put(a_referral(specialist="dr-caio"))
    assert await roster(ENC) == a_referral(specialist="dr-caio")


async def test_a_referral_that_is_not_there_is_asked_for_each_time(
    attendance: FaultyAttendance,
) -> None:
    roster = remembering(attendance, Clock())

    assert await roster(ReferralId("enc-9")) is None
    attendance.put(a_referral("enc-9"))
    assert await roster(ReferralId("enc-9")) == a_referral("enc-9")


async def test_while_the_attendance_service_fails_an_old_roster_serves_for_an_hour(
    attendance: FaultyAttendance,
) -> None:
    clock = Clock()
    roster = remembering(attendance, clock)
    await roster(ENC)
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")

    clock.pass_by(STALE - 1)
    assert await roster(ENC) == a_referral()
    clock.pass_by(1)
    with pytest.raises(PartnerUnavailableError):
        await roster(ENC)


async def test_what_nobody_ever_told_is_not_to_be_had(attendance: FaultyAttendance) -> None:
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")

    with pytest.raises(PartnerUnavailableError):
        await remembering(attendance, Clock())(ENC)


async def test_only_so_many_are_remembered(attendance: FaultyAttendance) -> None:
    roster = remembering(attendance, Clock())
    for number in range(remembered.MOST + 10):
        attendance.put(a_referral(f"enc-{number}"))
        await roster(ReferralId(f"enc-{number}"))

    assert len(roster._known) == remembered.MOST


async def test_callers_cannot_open_the_breaker_and_nobody_is_asked_while_it_is_open(
    attendance: FaultyAttendance,
) -> None:
    clock = Clock()
    breaker = Breaker(clock)
    roster = RememberedRoster(attendance, breaker, clock)
    await roster(ENC)
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "404, and a page")
    for number in range(2 * breaker.limit):
        with pytest.raises(PartnerUnavailableError):
            await roster(ReferralId(f"a/{number}"))
    assert not breaker.open

    for _ in range(breaker.limit):
        breaker.failed()
    read = attendance.read
    with pytest.raises(PartnerUnavailableError):
        await roster(ReferralId("enc-1001"))
    assert attendance.read == read
    assert await roster(ENC) == a_referral()
