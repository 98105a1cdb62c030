"""A referral's doctors: cached for a moment, and for longer while the attendance service fails."""

import pytest

from adapters.attendance.cached_referrals import FRESH, MOST, STALE, CachedReferrals
from domain.errors import Partner, PartnerBrokenError, PartnerUnavailableError
from domain.policies.breaker import Breaker
from domain.referral import ReferralId
from tests.application.conftest import Clock, FaultyAttendance
from tests.builders import a_referral

ENC = ReferralId("enc-1")


def caching(attendance: FaultyAttendance, clock: Clock) -> CachedReferrals:
    return CachedReferrals(attendance, Breaker(clock), clock)


@pytest.fixture
def attendance() -> FaultyAttendance:
    twin = FaultyAttendance()
    twin.put(a_referral())
    return twin


async def test_a_referral_is_read_once_in_a_moment(attendance: FaultyAttendance) -> None:
    clock = Clock()
    lookup = caching(attendance, clock)

    assert [await lookup(ENC) for _ in range(3)] == [a_referral()] * 3
    assert attendance.read == 1
    clock.pass_by(FRESH)
    attendance.put(a_referral(specialist="dr-caio"))
    assert await lookup(ENC) == a_referral(specialist="dr-caio")


async def test_a_referral_that_is_not_there_is_asked_for_each_time(
    attendance: FaultyAttendance,
) -> None:
    lookup = caching(attendance, Clock())

    assert await lookup(ReferralId("enc-9")) is None
    attendance.put(a_referral("enc-9"))
    assert await lookup(ReferralId("enc-9")) == a_referral("enc-9")


async def test_while_the_attendance_service_fails_an_old_lookup_serves_for_an_hour(
    attendance: FaultyAttendance,
) -> None:
    clock = Clock()
    lookup = caching(attendance, clock)
    await lookup(ENC)
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")

    clock.pass_by(STALE - 1)
    assert await lookup(ENC) == a_referral()
    clock.pass_by(1)
    with pytest.raises(PartnerUnavailableError):
        await lookup(ENC)


async def test_without_a_cached_referral_an_outage_is_an_error(
    attendance: FaultyAttendance,
) -> None:
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")

    with pytest.raises(PartnerUnavailableError):
        await caching(attendance, Clock())(ENC)


async def test_only_so_many_are_cached(attendance: FaultyAttendance) -> None:
    lookup = caching(attendance, Clock())
    for number in range(MOST + 10):
        attendance.put(a_referral(f"enc-{number}"))
        await lookup(ReferralId(f"enc-{number}"))

    assert len(lookup._cached) == MOST


async def test_lookups_cannot_open_the_breaker_and_make_no_call_while_it_is_open(
    attendance: FaultyAttendance,
) -> None:
    clock = Clock()
    breaker = Breaker(clock)
    lookup = CachedReferrals(attendance, breaker, clock)
    await lookup(ENC)
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "404, and a page")
    for number in range(2 * breaker.limit):
        with pytest.raises(PartnerUnavailableError):
            await lookup(ReferralId(f"a/{number}"))
    assert not breaker.open

    for number in range(breaker.limit):
        breaker.failed(f"sick-{number}", breaker.trying())
    read = attendance.read
    with pytest.raises(PartnerUnavailableError):
        await lookup(ReferralId("enc-1001"))
    assert attendance.read == read
    assert await lookup(ENC) == a_referral()


async def test_a_referral_that_was_there_lately_is_gone_when_ten_minutes_say_so(
    attendance: FaultyAttendance,
) -> None:
    clock = Clock()
    lookup = caching(attendance, clock)
    await lookup(ENC)
    there = attendance.referrals.pop(ENC)
    answers = []
    for _ in range(3):
        clock.pass_by(300)
        answers.append(await lookup(ENC))

    assert answers == [there, there, None]
    attendance.put(there)
    assert await lookup(ENC) == there
