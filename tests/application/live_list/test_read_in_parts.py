"""The watched meetings are read in parts; meanwhile calls begin, and meetings are asked about."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from dependency_injector import providers

from adapters.storage.live_lists import A_PART, StoredLiveLists
from application.sweep_live_list import LEASE
from domain.claims import WatchedMeeting
from domain.meeting import MeetingId
from entrypoints.container import Container
from tests.application.conftest import Clock
from tests.application.live_list.passing import BRUNO, joined
from tests.live_calls import LiveProvider, watched_by

Happens = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Interrupted(StoredLiveLists):
    """``happens`` after the first part of the reading of that number."""

    reading: int
    happens: Happens
    readings: list[int] = field(default_factory=list)

    async def watched(self) -> AsyncIterator[Sequence[WatchedMeeting]]:
        self.readings.append(1)
        this, first = len(self.readings), True
        async for some in StoredLiveLists.watched(self):
            yield some
            if first and this == self.reading:
                await self.happens()
            first = False


def meanwhile(wired: Container, reading: int, happens: Happens) -> None:
    """Before the container makes what reads them."""
    interrupted = Interrupted(wired.live_lists().store, reading, happens)
    wired.live_lists.override(providers.Object(interrupted))


async def many_are_over(wired: Container, clock: Clock) -> None:
    for number in range(A_PART + 1):
        await wired.meetings().add(MeetingId(f"over-{number}"), "enc-1", now=clock())
    clock.pass_by(1)


async def test_a_call_that_begins_while_the_watched_are_read_makes_no_list_a_lie(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    """The list is older than that call. Where calls begin all the time none would be believed."""
    await many_are_over(wired, clock)
    meanwhile(wired, 1, lambda: joined(wired, provider, "begins", "p1"))

    await wired.sweep_live_list()()

    watched = await watched_by(wired.live_lists())
    over = [one for one in watched if one.sweep.meeting != "begins"]
    assert len(over) == A_PART + 1
    assert all(one.sweep.seen is not None for one in over)


async def test_a_call_that_begins_while_a_list_is_compared_is_not_asked_about_for_that(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    """The list is older than that call, and so says nothing about it."""
    await many_are_over(wired, clock)
    meanwhile(wired, 2, lambda: joined(wired, provider, "begins", "p1"))

    await wired.sweep_live_list()()

    (begun,) = [
        one for one in await watched_by(wired.live_lists()) if one.sweep.meeting == "begins"
    ]
    assert begun.sweep.seen is None


async def test_a_meeting_that_is_being_asked_about_while_a_list_is_compared_is_asked_about_once(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    await joined(wired, provider, "differs", "p1")
    provider.peers[MeetingId("differs")].add(("p2", BRUNO))
    clock.pass_by(1)
    await many_are_over(wired, clock)
    claimed = []

    async def claim() -> None:
        claimed.append(await wired.sweeps().claim_sweep(now=clock(), lease=LEASE))

    meanwhile(wired, 2, claim)

    await wired.sweep_live_list()()

    assert [one.meeting for one in claimed if one] == ["differs"]
    assert await wired.sweeps().claim_sweep(now=clock(), lease=LEASE) is None


async def test_a_list_that_is_taken_over_while_it_is_compared_concludes_no_more(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    await many_are_over(wired, clock)

    async def take() -> None:
        clock.pass_by(2 * LEASE)
        await wired.live_lists().claim_list(now=clock(), lease=LEASE)

    meanwhile(wired, 2, take)

    await wired.sweep_live_list()()

    watched = await watched_by(wired.live_lists())
    assert sum(one.sweep.seen is not None for one in watched) == A_PART


async def test_a_session_beyond_the_first_part_that_a_list_leaves_out_makes_it_a_lie(
    wired: Container, clock: Clock, provider: LiveProvider
) -> None:
    await many_are_over(wired, clock)
    await joined(wired, provider, "hidden", "p1")
    provider.hiding, provider.counting_hidden = {MeetingId("hidden")}, False
    clock.pass_by(1)

    await wired.sweep_live_list()()

    assert all(one.sweep.seen is None for one in await watched_by(wired.live_lists()))
