"""A list may be wrong: before it is believed, some meetings that it leaves out are asked about."""

import pytest

from application.judge_left_out import PROBES
from domain.errors import Partner, PartnerUnavailableError
from domain.meeting import MeetingId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.live_list.passing import MEETING, ever_out, joined, listed, shown_in
from tests.live_calls import LiveProvider, watched_by


async def left_out(wired: Container, provider: LiveProvider, *names: str) -> None:
    """Somebody is in each of these, one after the other, and no page lists any of them."""
    for name in names:
        await joined(wired, provider, name, f"p-{name}")
    provider.hiding, provider.counting_hidden = {MeetingId(name) for name in names}, False


@pytest.mark.parametrize("running", ["m-0", "m-1", "m-2"])
async def test_a_list_that_leaves_out_a_call_which_goes_on_ends_none_though_others_have_ended(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    provider: LiveProvider,
    running: str,
) -> None:
    await left_out(wired, provider, "m-0", "m-1", "m-2")
    provider.peers = {MeetingId(running): provider.peers[MeetingId(running)]}

    await listed(wired, clock, 150)

    assert provider.lists > 5
    assert ever_out(attendance) == {"m-0", "m-1", "m-2"} - {running}
    assert {*provider.asked} == {"m-0", "m-1", "m-2"}


async def test_three_of_those_that_are_shown_are_asked_about_the_newest_first(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    await left_out(wired, provider, *(f"m-{number}" for number in range(6)))
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    provider.peers.clear()

    await listed(wired, clock, 1)

    assert provider.probed == ["m-5", "m-4", "m-3"]


async def test_a_meeting_that_nobody_is_shown_in_needs_no_question(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())

    await listed(wired, clock, 60)

    assert provider.lists > 2
    assert (provider.probed, provider.asked) == ([], [])
    (watched,) = await watched_by(wired.live_lists())
    assert watched.sweep.seen == frozenset()


async def test_a_meeting_whose_question_always_fails_is_left_alone_and_holds_up_no_other(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await left_out(wired, provider, "m-ended", "m-silent")
    provider.peers.clear()
    provider.silent = {MeetingId("m-silent")}
    await listed(wired, clock, 60)
    before = shown_in(attendance)
    asked = list(provider.asked)
    provider.silent.clear()

    await listed(wired, clock, 60)

    assert asked == []
    assert before == {"m-silent"}
    assert shown_in(attendance) == set()


async def test_when_all_that_are_asked_about_fail_each_meeting_is_asked_about_by_itself(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    silent = [f"m-silent-{number}" for number in range(PROBES)]
    await left_out(wired, provider, "m-ended", *silent)
    provider.peers.clear()
    provider.silent = {MeetingId(name) for name in silent}

    await listed(wired, clock, 120)

    assert {*provider.probed} == {*silent}
    assert "m-ended" in provider.asked
    assert shown_in(attendance) == {*silent}


async def test_a_provider_that_says_wait_is_asked_nothing_more_until_then(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    await left_out(wired, provider, "m-0", "m-1")
    provider.peers.clear()
    provider.silent = {MeetingId("m-0"), MeetingId("m-1")}
    provider.silence = PartnerUnavailableError(Partner.VIDEO, "a 429", retry_after=30)

    await listed(wired, clock, 25)

    _, refused, *later = provider.times
    assert provider.probed == ["m-1"]
    assert min(later) >= refused + 30
