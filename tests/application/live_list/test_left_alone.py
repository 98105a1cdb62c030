"""What two lists may not judge: whatever is too young for them."""

from dataclasses import replace

import pytest

from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.live_list.passing import MEETING, ever_out, joined
from tests.application.test_late_updates import works
from tests.application.test_presence import a_movement, received, reported
from tests.live_calls import LiveProvider, watched_by


@pytest.mark.parametrize(("age", "shown"), [(59.5, True), (60, False)])
async def test_a_report_is_judged_when_it_is_sixty_seconds_old_and_not_before(
    wired: Container, attendance: FaultyAttendance, clock: Clock, age: float, shown: bool
) -> None:
    came = clock()
    await reported(wired, "dra-ana")
    for seconds in (age - 20, age):
        clock.seconds = came + seconds
        await wired.sweep_live_list()()
        await works(wired)

    assert attendance.flags_of() == {"dra-ana": shown}


async def test_a_report_is_judged_when_it_is_old_enough_however_long_an_empty_meeting_may_wait(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    conclude = replace(wired.conclude_sweep(), interval=3600)
    left_out = replace(wired.judge_left_out(), conclude=conclude)
    sweep_list = replace(wired.sweep_live_list(), left_out=left_out)
    came = clock()
    await reported(wired, "dra-ana")
    while clock() < came + 85:
        clock.pass_by(1)
        await sweep_list()
        await works(wired)

    assert attendance.flags_of() == {"dra-ana": False}


async def test_an_old_empty_meeting_is_concluded_about_again_only_when_it_is_due(
    wired: Container, clock: Clock
) -> None:
    conclude = replace(wired.conclude_sweep(), interval=3600)
    left_out = replace(wired.judge_left_out(), conclude=conclude)
    sweep_list = replace(wired.sweep_live_list(), left_out=left_out)
    await reported(wired, "dra-ana")
    answers = set()
    for _ in range(300):
        clock.pass_by(1)
        await sweep_list()
        await works(wired)
        (watched,) = await watched_by(wired.live_lists())
        answers.add(watched.sweep.seen_at)

    assert max(answers) <= clock() - 180


async def test_a_joining_that_comes_while_the_list_is_read_is_not_judged_by_it(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    """The provider's list and its answers are a little behind its webhooks."""
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    sweep_list = wired.sweep_live_list()

    async def joins() -> None:
        provider.meanwhile = None
        await received(wired, a_movement("Joined", "p1", "dra-ana", f"s-{MEETING}"))

    provider.meanwhile = joins
    for _ in range(2):
        await sweep_list()
        await works(wired)
        clock.pass_by(20)

    assert provider.lists == 2
    assert attendance.flags_of() == {"dra-ana": True}
    assert ever_out(attendance) == set()


async def test_two_lists_within_twenty_seconds_conclude_nothing(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, MEETING, "p1")
    clock.pass_by(60)
    provider.peers.clear()
    sweep_list = replace(wired.sweep_live_list(), every=2)
    began = clock()
    while clock() < began + 18:
        await sweep_list()
        await works(wired)
        clock.pass_by(1)
    before = attendance.flags_of()
    clock.pass_by(2)
    asked_by_itself = await wired.sweep_meeting()()
    await sweep_list()
    await works(wired)

    assert provider.lists > 5
    assert not asked_by_itself
    assert before == {"dra-ana": True}
    assert attendance.flags_of() == {"dra-ana": False}
