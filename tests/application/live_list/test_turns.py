"""When the list is read, by whom, and until when it stands for questions about each meeting."""

from dataclasses import replace

import pytest

from application.sweep_live_list import LEASE, SweepLiveList
from domain.policies.pace import Pace
from domain.policies.rate import Rate
from entrypoints.container import Container
from tests.application.conftest import Clock
from tests.application.live_list.passing import MEETING, joined
from tests.live_calls import A_CALL, LiveProvider


class KilledError(BaseException):
    """The process ends here."""


def another_instance(wired: Container, clock: Clock) -> SweepLiveList:
    """On the same database, at a pace of its own."""
    return replace(wired.sweep_live_list(), pace=Pace(Rate(0.2), clock, clock.nap))


async def test_while_one_instance_reads_the_list_and_until_it_is_due_again_the_other_rests(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    one, other = wired.sweep_live_list(), another_instance(wired, clock)
    await joined(wired, provider, MEETING, "p1")
    meanwhile = []

    async def other_tries() -> None:
        meanwhile.append(await other())

    provider.meanwhile = other_tries
    began = clock()
    read = await one()
    provider.meanwhile = None
    clock.seconds = began + one.every - 1
    early = await other()
    clock.pass_by(1)

    assert (read, meanwhile, early) == (True, [False], False)
    assert await other()
    assert not await one()
    assert provider.lists == 2


async def test_when_an_instance_dies_while_it_reads_another_one_reads_after_the_lease(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    one, other = wired.sweep_live_list(), another_instance(wired, clock)
    await joined(wired, provider, MEETING, "p1")

    async def dies() -> None:
        raise KilledError

    provider.meanwhile = dies
    began = clock()
    with pytest.raises(KilledError):
        await one()
    provider.meanwhile = None
    clock.seconds = began + LEASE - 1
    early = await other()
    clock.pass_by(1)

    assert not early
    assert await other()


async def test_a_list_rests_at_least_as_long_as_it_takes(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, MEETING, "p1")
    sweep_list = wired.sweep_live_list()
    provider.taking = 30
    began = clock()
    await sweep_list()
    took = clock() - began
    clock.seconds = began + 2 * took - 1
    early = await sweep_list()
    clock.pass_by(1)

    assert took > sweep_list.every
    assert not early
    assert await sweep_list()


@pytest.mark.parametrize("taking", [0, 10])
async def test_a_list_serves_for_two_more_turns_when_none_follows(
    wired: Container, clock: Clock, provider: LiveProvider, taking: float
) -> None:
    """A turn is the time between two lists, and the time that reading one takes."""
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    sweep_list, sweep_meeting = wired.sweep_live_list(), wired.sweep_meeting()
    provider.taking = taking
    await sweep_list()
    read = clock()
    serves = 2 * (sweep_list.every + taking + A_CALL)
    clock.seconds = read + serves - 1
    early = await sweep_meeting()
    clock.pass_by(2)

    assert not early
    assert await sweep_meeting()
    assert provider.asked == [MEETING]
