"""One list of all live sessions stands for a question about each meeting, as long as it can."""

from pathlib import Path

import pytest

from adapters.provider.profile import REALTIMEKIT
from adapters.storage.live_lists import A_PART
from application.sweep_live_list import LEASE
from domain.errors import Partner, PartnerUnavailableError
from domain.meeting import MeetingId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.live_list.passing import BROKEN, BRUNO, MEETING, joined, listed
from tests.application.test_presence import a_movement, received, reported
from tests.live_calls import LiveProvider, watched_by
from tests.prove.simulated_ends import simulated_ends


async def test_who_is_in_a_meeting_that_two_lists_leave_out_is_out_and_it_is_not_asked_about(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, MEETING, "p1")
    clock.pass_by(60)
    before = attendance.flags_of()
    provider.peers.clear()

    await listed(wired, clock, 45)

    assert before == {"dra-ana": True}
    assert attendance.flags_of() == {"dra-ana": False}
    assert provider.asked == []


async def test_meetings_beyond_the_first_part_of_the_watched_are_concluded_and_asked_about_too(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    """All but the last are over; of somebody in that one no webhook tells."""
    for number in range(A_PART + 1):
        await wired.meetings().add(MeetingId(f"over-{number}"), "enc-1", now=clock())
    clock.pass_by(1)
    await joined(wired, provider, "differs", "p1")
    provider.peers[MeetingId("differs")].add(("p2", BRUNO))

    await wired.sweep_live_list()()
    await wired.sweep_meeting()()

    watched = await watched_by(wired.live_lists())
    assert len(watched) == A_PART + 2
    assert all(one.sweep.seen is not None for one in watched)
    assert provider.asked == ["differs"]


async def test_who_was_confirmed_a_moment_before_the_end_is_out_after_two_lists_too(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, MEETING, "p1")
    clock.pass_by(300)
    await wired.sweep_meeting()()
    provider.peers.clear()

    await listed(wired, clock, 45)

    assert provider.lists == 3
    assert provider.asked == [MEETING]
    assert attendance.flags_of() == {"dra-ana": False}


async def test_one_list_is_not_enough(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, MEETING, "p1")
    people = provider.peers.pop(MEETING)
    await listed(wired, clock, 15)
    provider.peers[MEETING] = people

    await listed(wired, clock, 200)

    assert attendance.flags_of() == {"dra-ana": True}
    assert all(flag for _, flag in attendance.told)


async def test_a_list_that_is_not_complete_concludes_nothing(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, MEETING, "p1")
    provider.hiding = {MEETING}

    await listed(wired, clock, 300)

    assert provider.lists > 10
    assert all(flag for _, flag in attendance.told)


async def test_a_list_that_is_empty_by_mistake_empties_no_room(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, MEETING, "p1")
    provider.hiding, provider.counting_hidden = {MEETING}, False

    await listed(wired, clock, 300)

    assert provider.lists > 10
    assert all(flag for _, flag in attendance.told)


async def test_a_list_that_another_process_took_over_concludes_nothing(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, MEETING, "p1")
    provider.peers.clear()
    provider.taking = 2 * LEASE
    taken = []

    async def take() -> None:
        taken.append(await wired.live_lists().claim_list(now=clock(), lease=LEASE))

    provider.meanwhile = take
    await wired.sweep_live_list()()
    (watched,) = await watched_by(wired.live_lists())

    assert taken != [None]
    assert watched.sweep.seen is None


async def test_while_pages_fail_each_meeting_is_asked_about_by_itself(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, MEETING, "p1")
    await listed(wired, clock, 60)
    provider.failing = BROKEN
    provider.peers.clear()

    await listed(wired, clock, 150)

    assert MEETING in provider.asked
    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_report_younger_than_a_minute_is_left_alone_and_an_older_one_is_not(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await reported(wired, "dra-ana")
    await listed(wired, clock, 55)
    young = attendance.flags_of()

    await listed(wired, clock, 45)

    assert young == {"dra-ana": True}
    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_joining_that_is_newer_than_the_first_list_is_left_alone(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    await listed(wired, clock, 10)
    await received(wired, a_movement("Joined", "p1", "dra-ana", f"s-{MEETING}"))

    await listed(wired, clock, 20)

    assert provider.lists == 2
    assert attendance.flags_of() == {"dra-ana": True}


async def test_a_listed_meeting_with_another_number_of_people_is_asked_about_first(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    for number in range(60):
        await joined(wired, provider, f"m-{number}", f"p-{number}")
    lost = MeetingId("m-59")
    provider.peers[lost].add(("p-bruno", BRUNO))

    await listed(wired, clock, 3)
    first = provider.asked[0]
    await listed(wired, clock, 45)

    assert first == lost
    assert attendance.flags_of() == {"dra-ana": True, "dr-bruno": True}


async def test_listed_meetings_that_agree_take_half_of_the_calls_at_most(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    for number in range(60):
        await joined(wired, provider, f"m-{number}", f"p-{number}")

    await listed(wired, clock, 100)

    a_second = wired.settings().sweep_calls_per_second
    assert set(provider.asked) == set(provider.peers)
    assert len(provider.times) - provider.lists <= 100 * a_second / 2


async def test_a_call_that_took_the_place_of_an_ended_one_unheard_is_asked_about(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await received(wired, a_movement("Joined", "p1", "dra-ana", "an-earlier-session"))
    provider.peers[MEETING] = {("p2", BRUNO)}

    await listed(wired, clock, 100)

    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": True}


@pytest.mark.parametrize(("told", "waits"), [(45, 45), (90, 60)])
async def test_nobody_asks_the_provider_before_its_retry_after_or_a_minute_is_over(
    wired: Container, clock: Clock, provider: LiveProvider, told: int, waits: int
) -> None:
    await joined(wired, provider, MEETING, "p1")
    provider.failing = PartnerUnavailableError(Partner.VIDEO, "a 429", retry_after=told)
    await listed(wired, clock, 1)
    provider.failing = None

    await listed(wired, clock, 150)

    refused, *later = provider.times
    assert refused + waits <= min(later) < refused + waits + 10


async def test_nothing_is_asked_while_no_meeting_is_watched(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    await listed(wired, clock, 60)

    assert provider.times == []


async def test_a_meeting_that_stays_empty_is_watched_no_more_after_a_silent_hour(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    await listed(wired, clock, 4000)
    lists = provider.lists

    await listed(wired, clock, 600)

    assert lists > 100
    assert provider.lists == lists
    assert provider.asked == []


async def test_many_lost_ends_are_right_within_two_minutes_and_a_tenth_of_the_providers_rate(
    tmp_path: Path,
) -> None:
    a_tenth = REALTIMEKIT.calls_per_minute / 10
    figures = await simulated_ends(f"sqlite:///{tmp_path}/storage.db", 40, 120, a_tenth)

    assert figures.seconds < 120
    assert figures.a_minute <= a_tenth
    assert figures.wrong == 0
