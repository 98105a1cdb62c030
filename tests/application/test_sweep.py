"""The sweep: every meeting is watched, person by person, until it has long been empty."""

from dataclasses import dataclass, field

import pytest

from adapters.sandbox.rooms import Peer
from adapters.sandbox.world import SandboxWorld
from application.conclude_sweep import BETWEEN, SILENT
from application.sweep_meeting import SweepMeeting
from domain.meeting import Inside, MeetingId, PersonId
from domain.referral import ReferralId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.test_engine import worked_off
from tests.application.test_late_updates import works
from tests.application.test_presence import a_movement, received, reported, swept
from tests.builders import a_guest, a_referral

ANA, BRUNO, GUEST = PersonId("dra-ana"), PersonId("dr-bruno"), PersonId("guest")
MEETING = MeetingId("meeting-1")


@dataclass
class Answers:
    """A provider that answers what the test says: connection and person each."""

    peers: set[tuple[str, PersonId]] = field(default_factory=set)
    asked: int = 0

    async def active_session(self, meeting: MeetingId) -> str | None:
        return "s-1" if self.peers else None

    async def inside(self, meeting: MeetingId) -> Inside | None:
        self.asked += 1
        return Inside("s-1", frozenset(self.peers)) if self.peers else None


@pytest.fixture
def provider(wired: Container) -> Answers:
    answers = Answers()
    sweep: SweepMeeting = wired.sweep_meeting()
    object.__setattr__(sweep, "calls", answers)
    return answers


async def test_a_second_tab_whose_joining_was_lost_keeps_the_doctor_in(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    await received(wired, a_movement("Joined", "p1", "dra-ana"))
    await reported(wired, "dra-ana")
    provider.peers = {("p1", ANA), ("p2", ANA)}
    await received(wired, a_movement("Left", "p1", "dra-ana"))
    provider.peers = {("p2", ANA)}
    before = attendance.flags_of()

    await swept(wired, clock)

    assert before == {"dra-ana": False}
    assert attendance.flags_of() == {"dra-ana": True}


async def test_a_guest_who_reconnects_all_the_time_hides_nobody(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    for person in ("dra-ana", "dr-bruno"):
        await reported(wired, person)
    sweep = wired.sweep_meeting()
    for second in range(120):
        provider.peers = {(f"guest-{second // 15}", GUEST), ("p1", ANA)}
        clock.pass_by(1)
        await sweep()
    await worked_off(wired, clock, rounds=1)

    assert attendance.flags_of() == {"dra-ana": True, "dr-bruno": False}


@pytest.mark.parametrize("first", [set(), {("p1", ANA)}], ids=["out first", "in first"])
@pytest.mark.parametrize("known", ["nobody", "reported", "joined"])
async def test_of_a_person_whom_only_one_answer_lists_nothing_is_concluded(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    provider: Answers,
    first: set[tuple[str, PersonId]],
    known: str,
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    if known == "reported":
        await reported(wired, "dra-ana")
    if known == "joined":
        await received(wired, a_movement("Joined", "p1", "dra-ana"))
    before = attendance.flags_of()
    provider.peers = first
    sweep = wired.sweep_meeting()
    for _ in range(5):
        clock.pass_by(60)
        while await sweep():
            provider.peers = set() if provider.peers else {("p1", ANA)}
        await works(wired)

        assert attendance.flags_of() == before
    assert provider.asked >= 5


async def test_two_answers_within_twenty_seconds_are_not_compared(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    await received(wired, a_movement("Joined", "p1", "dra-ana"))
    sweep, about = wired.sweep_meeting(), (ReferralId("enc-1"), MEETING)
    flags = []
    for _ in range(3):
        clock.pass_by(10)
        await wired.sweeps().hasten(*about, due=clock())
        await sweep()
        await works(wired)
        flags.append(attendance.flags_of()["dra-ana"])

    assert provider.asked == 3
    assert flags == [True, True, False]


async def test_the_second_answer_about_a_meeting_is_asked_for_twenty_seconds_after_the_first(
    wired: Container, clock: Clock, provider: Answers
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    sweep = wired.sweep_meeting()
    first = await sweep()
    clock.pass_by(BETWEEN - 1)
    early = await sweep()
    clock.pass_by(1)

    assert (first, early, await sweep()) == (True, False, True)


async def test_a_call_of_hours_is_watched_to_its_end(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    await received(wired, a_movement("Joined", "p1", "dra-ana"))
    provider.peers = {("p1", ANA)}
    await swept(wired, clock, 3 * SILENT)
    before = attendance.flags_of()
    provider.peers = set()

    await swept(wired, clock)

    assert before == {"dra-ana": True}
    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_report_before_hours_without_a_sweep_is_judged_by_two_answers_before_the_watch_ends(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    await wired.sweep_meeting()()
    await reported(wired, "dra-ana")
    clock.pass_by(2 * SILENT)
    await wired.sweep_meeting()()
    await works(wired)
    after_one = attendance.flags_of()

    await swept(wired, clock, 1500)

    assert after_one == {"dra-ana": True}
    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_doctor_of_whom_no_message_ever_told_is_shown_in(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    provider.peers = {("p1", ANA), ("p2", GUEST)}

    await swept(wired, clock)

    assert attendance.flags_of() == {"dra-ana": True}


async def test_a_specialist_who_is_chosen_while_inside_is_shown_in(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    attendance.put(a_referral(specialist=None))
    provider.peers = {("p1", BRUNO)}
    await received(wired, a_movement("Joined", "p1", "dr-bruno"))
    await swept(wired, clock)
    before = attendance.flags_of()
    attendance.put(a_referral())

    await swept(wired, clock)

    assert before == {}
    assert attendance.flags_of() == {"dr-bruno": True}


async def test_an_opened_meeting_is_watched_ever_more_rarely_and_after_a_silent_hour_no_more(
    wired: Container, clock: Clock, provider: Answers
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    await swept(wired, clock, 600)
    early = provider.asked
    await swept(wired, clock, 2400)
    later = provider.asked - early
    await swept(wired, clock, SILENT)
    rest = provider.asked

    await swept(wired, clock, 2 * SILENT)

    assert early > 5
    assert later < 2 * early
    assert provider.asked == rest


async def test_whoever_is_found_in_a_long_empty_meeting_is_confirmed_within_an_interval(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    await swept(wired, clock, 3000)
    provider.peers, asked, sweep = {("p1", ANA)}, provider.asked, wired.sweep_meeting()
    while provider.asked == asked:
        clock.pass_by(10)
        await sweep()

    await swept(wired, clock, wired.settings().sweep_interval)

    assert attendance.flags_of() == {"dra-ana": True}


async def test_a_fact_wakes_a_meeting_that_is_watched_no_more(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: Answers
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    await swept(wired, clock, 3 * SILENT)
    await received(wired, a_movement("Left", "p9", None))
    provider.peers = {("p1", ANA)}

    await swept(wired, clock)

    assert attendance.flags_of() == {"dra-ana": True}


async def test_the_twin_is_swept_like_a_provider(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    world: SandboxWorld = wired.sandbox()
    world.webhooks.registrations.clear()
    opened = await world.rooms.open("enc-1")
    await world.rooms.admit(a_guest(ANA), opened.id)
    await wired.meetings().add(opened.id, "enc-1", now=clock())
    peer: Peer = world.calls.join(opened.id, ANA)

    await swept(wired, clock)
    inside = attendance.flags_of()
    world.calls.drop(opened.id, ANA)
    await swept(wired, clock)

    assert peer.left_at
    assert inside == {"dra-ana": True}
    assert attendance.flags_of() == {"dra-ana": False}
