"""Who may see who is there, and what is told while the attendance service is away."""

import pytest

from adapters.attendance.cached_referrals import STALE, CachedReferrals
from application.rights import FreeMeetings, Hosts, Rights
from application.see_presence import SeePresence
from domain.caller import Anyone, Caller
from domain.errors import (
    ForbiddenError,
    Partner,
    PartnerTimeoutError,
    PartnerUnavailableError,
    UnknownReferralError,
)
from domain.meeting import MeetingId
from domain.policies.breaker import Breaker
from domain.referral import ReferralId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.builders import PORTAL, a_doctor

REFERRAL, FREE, UNKNOWN = ReferralId("enc-1"), ReferralId("Discussão"), ReferralId("enc-9")
ANA, CAIO = a_doctor(), a_doctor("dr-caio")
AWAY = PartnerTimeoutError(Partner.ATTENDANCE, "away")


@pytest.fixture
async def see(wired: Container, attendance: FaultyAttendance, clock: Clock) -> SeePresence:
    """A meeting about the referral, and one about none."""
    await wired.meetings().add(MeetingId("m-1"), REFERRAL, now=0)
    await wired.meetings().add(MeetingId("m-2"), FREE, now=0)
    return with_free(wired, attendance, clock, FreeMeetings.SERVICES)


def with_free(
    wired: Container, attendance: FaultyAttendance, clock: Clock, free: FreeMeetings
) -> SeePresence:
    referrals = CachedReferrals(attendance, Breaker(clock), clock)
    rights = Rights(referrals, wired.meetings(), Hosts.BOTH, free)
    return SeePresence(rights, wired.shown_meetings())


@pytest.mark.parametrize("caller", [ANA, a_doctor("dr-bruno"), PORTAL, Anyone()])
async def test_a_referrals_doctors_and_services_see_its_meetings(
    see: SeePresence, caller: Caller
) -> None:
    found = await see(caller, REFERRAL)

    assert (found.referral, found.referral_known) == (REFERRAL, True)
    assert [meeting.meeting for meeting in found.meetings] == ["m-1"]


async def test_a_referral_without_meetings_has_none(
    see: SeePresence, attendance: FaultyAttendance
) -> None:
    found = await see(ANA, ReferralId("enc-1001"))

    assert (found.referral_known, found.meetings) == (True, ())


async def test_another_doctor_sees_nothing(see: SeePresence) -> None:
    with pytest.raises(ForbiddenError, match="not-on-referral"):
        await see(CAIO, REFERRAL)


@pytest.mark.parametrize("referral", [UNKNOWN, FREE])
async def test_no_doctor_learns_whether_there_is_such_a_referral(
    see: SeePresence, referral: ReferralId
) -> None:
    with pytest.raises(ForbiddenError, match="no-referral"):
        await see(ANA, referral)


@pytest.mark.parametrize("caller", [PORTAL, Anyone()])
async def test_services_hear_that_there_is_no_such_referral(
    see: SeePresence, caller: Caller
) -> None:
    with pytest.raises(UnknownReferralError):
        await see(caller, UNKNOWN)


@pytest.mark.parametrize("caller", [PORTAL, Anyone()])
async def test_a_meeting_about_no_referral_is_seen_under_its_title(
    see: SeePresence, caller: Caller
) -> None:
    found = await see(caller, FREE)

    assert (found.referral_known, [one.meeting for one in found.meetings]) == (False, ["m-2"])


async def test_free_meetings_are_seen_by_whoever_may_have_them(
    wired: Container, attendance: FaultyAttendance, clock: Clock, see: SeePresence
) -> None:
    for_everyone = with_free(wired, attendance, clock, FreeMeetings.EVERYONE)
    for_nobody = with_free(wired, attendance, clock, FreeMeetings.NOBODY)

    assert len((await for_everyone(CAIO, FREE)).meetings) == 1
    with pytest.raises(UnknownReferralError):
        await for_nobody(PORTAL, FREE)
    assert len((await for_nobody(PORTAL, REFERRAL)).meetings) == 1


@pytest.mark.parametrize("caller", [PORTAL, Anyone()])
async def test_while_the_attendance_service_is_away_services_see_what_is_stored(
    see: SeePresence, attendance: FaultyAttendance, caller: Caller
) -> None:
    attendance.failing = AWAY

    found = await see(caller, REFERRAL)

    assert (found.referral_known, [one.meeting for one in found.meetings]) == (False, ["m-1"])


async def test_a_doctor_who_was_let_in_lately_goes_on_seeing_for_an_hour(
    see: SeePresence, attendance: FaultyAttendance, clock: Clock
) -> None:
    await see(ANA, REFERRAL)
    attendance.failing = AWAY
    clock.pass_by(STALE - 1)

    assert (await see(ANA, REFERRAL)).referral_known
    clock.pass_by(2)
    with pytest.raises(PartnerUnavailableError):
        await see(ANA, REFERRAL)
