"""Somebody inside who has no seat may be a doctor by now."""

from domain.meeting import MeetingId
from domain.policies.rate import Rate
from domain.presence import Seat
from domain.referral import ReferralId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.live_list.passing import BRUNO, joined, listed
from tests.builders import a_referral
from tests.live_calls import LiveProvider

CALLS = 80
PERIOD = 20
"""Seconds from one list to the next."""


async def test_a_specialist_who_is_chosen_while_inside_is_shown_soon_though_many_calls_agree(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    """To confirm all of them one after the other takes four minutes here."""
    wired.sweep_pace().rate = Rate(0.75)
    attendance.put(a_referral(specialist=None))
    for number in range(CALLS):
        await joined(wired, provider, f"m-{number:02}", f"p-{number}")
    last = f"m-{CALLS - 1}"
    await joined(wired, provider, last, "p-bruno", BRUNO)
    seat = Seat(ReferralId("enc-1"), MeetingId(last), BRUNO)
    await listed(wired, clock, 2 * PERIOD)
    before = attendance.shown(ReferralId("enc-1"))
    attendance.put(a_referral())

    await listed(wired, clock, 5 * PERIOD)

    assert seat not in before
    assert attendance.shown(ReferralId("enc-1"))[seat]
    assert len(set(provider.asked)) < CALLS
