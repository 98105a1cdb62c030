"""What happens in these tests: somebody joins, and time passes."""

from domain.errors import Partner, PartnerBrokenError
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.test_late_updates import works
from tests.application.test_presence import a_movement, received
from tests.live_calls import LiveProvider

ANA, BRUNO = PersonId("dra-ana"), PersonId("dr-bruno")
MEETING = MeetingId("meeting-1")
BROKEN = PartnerBrokenError(Partner.VIDEO, "a 500")


async def listed(wired: Container, clock: Clock, seconds: float) -> None:
    """So much time passes, with both sweeps and the worker going on."""
    sweep_list, sweep_meeting = wired.sweep_live_list(), wired.sweep_meeting()
    until, step = clock() + seconds, 1 if seconds < 1000 else 10
    while clock() < until:
        clock.pass_by(step)
        await sweep_list()
        for _ in range(4):
            await sweep_meeting()
        await works(wired)


async def joined(
    wired: Container, provider: LiveProvider, meeting: str, peer: str, person: PersonId = ANA
) -> None:
    """Somebody joins, and the provider's list has them."""
    provider.peers.setdefault(MeetingId(meeting), set()).add((peer, person))
    await received(wired, a_movement("Joined", peer, person, f"s-{meeting}", meeting))


def shown_in(attendance: FaultyAttendance) -> set[str]:
    """The meetings in which somebody is shown."""
    return {seat.meeting for seat, flag in attendance.shown(ReferralId("enc-1")).items() if flag}


def ever_out(attendance: FaultyAttendance) -> set[str]:
    """The meetings of which somebody was ever told to be out."""
    return {told.seat.meeting for told in attendance.told if not told.in_meeting}
