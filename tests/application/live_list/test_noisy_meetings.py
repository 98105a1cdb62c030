"""A meeting of which something is heard all the time, as where a network comes and goes."""

from dataclasses import dataclass
from itertools import count

from domain.meeting import MeetingId, PersonId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.live_list.passing import ANA, BRUNO, MEETING, joined, listed
from tests.application.test_presence import a_movement, received, reported
from tests.live_calls import LiveProvider

PATIENT = PersonId("patient")
AN_HOUR = 3600.0
A_LIST = 60.0


@dataclass
class Flapping:
    """With each page that is read, the patient's connection gives way to another."""

    wired: Container
    provider: LiveProvider
    meeting: MeetingId

    def __post_init__(self) -> None:
        self.numbers = count()

    async def __call__(self) -> None:
        people = self.provider.peers.setdefault(self.meeting, set())
        for peer, person in [one for one in people if one[1] == PATIENT]:
            people.discard((peer, person))
            await received(
                self.wired, a_movement("Left", peer, PATIENT, f"s-{self.meeting}", self.meeting)
            )
        await joined(self.wired, self.provider, self.meeting, f"p-{next(self.numbers)}", PATIENT)


async def test_a_leaving_that_no_webhook_told_is_found_out_while_another_comes_and_goes(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    flapping = Flapping(wired, provider, MEETING)
    await joined(wired, provider, MEETING, "ana-1", ANA)
    await flapping()
    clock.pass_by(60)
    before = attendance.flags_of()
    provider.peers[MEETING].discard(("ana-1", ANA))  # and the webhook is lost
    provider.taking, provider.meanwhile = A_LIST, flapping

    await listed(wired, clock, AN_HOUR)

    assert before == {"dra-ana": True}
    assert provider.lists > 10
    assert provider.asked
    assert attendance.flags_of() == {"dra-ana": False}


async def test_who_is_in_a_meeting_that_many_lists_leave_out_is_out_whatever_somebody_reports(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    """A portal that was left open says again and again that its doctor is out."""
    await joined(wired, provider, MEETING, "ana-1", ANA)
    clock.pass_by(60)
    before = attendance.flags_of()
    provider.peers.clear()  # and no webhook comes
    provider.taking = A_LIST

    async def reports() -> None:
        await reported(wired, in_meeting=False, person=BRUNO)

    provider.meanwhile = reports

    await listed(wired, clock, AN_HOUR)

    assert before == {"dra-ana": True}
    assert provider.lists > 10
    assert attendance.flags_of()["dra-ana"] is False
