"""Watching who is there: every change is told, once for all watchers, for as long as one may."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace

import pytest

from application.shown_meetings import ShownMeetings
from application.watch_presence import WatchPresence
from application.watched import Watched, Watcher
from domain.caller import Caller
from domain.errors import (
    ForbiddenError,
    InvalidCredentialsError,
    Partner,
    PartnerTimeoutError,
    StorageUnavailableError,
    UnknownReferralError,
)
from domain.meeting import MeetingId
from domain.ports.who_is_there import ReferralMeetings, Version
from domain.referral import ReferralId
from domain.who_is_there import MeetingShown, StoredMeeting, WhoIsThere
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.builders import PORTAL, a_doctor, a_referral, a_report, a_seat
from tests.waiting import PATIENCE

REFERRAL, OTHER = ReferralId("enc-1"), ReferralId("enc-2")
ANA = a_doctor()
SEAT = a_seat(meeting="m-1")
OFTEN = 0.001
AWAY = PartnerTimeoutError(Partner.ATTENDANCE, "away")


@dataclass
class CountedMeetings:
    """Storage, counting: ``looks`` and the referrals ``read``; ``failing`` is raised."""

    stored: ReferralMeetings
    looks: list[int] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    failing: Exception | None = None
    failing_to_read: Exception | None = None
    looked: asyncio.Event = field(default_factory=asyncio.Event)

    async def newest(self, referral: ReferralId, limit: int) -> Sequence[StoredMeeting]:
        self.read.append(referral)
        if self.failing_to_read:
            raise self.failing_to_read
        return await self.stored.newest(referral, limit)

    async def versions(self, referrals: Sequence[ReferralId]) -> Mapping[ReferralId, Version]:
        self.looks.append(len(referrals))
        self.looked.set()
        if self.failing:
            raise self.failing
        return await self.stored.versions(referrals)

    async def looked_again(self) -> None:
        """Until two more looks have begun, so that one of them is through."""
        for _ in range(2):
            self.looked.clear()
            async with asyncio.timeout(PATIENCE):
                await self.looked.wait()


@dataclass
class HeldMeetings(CountedMeetings):
    """Each read has ``begun`` with what was stored then, and ends when ``may_end`` says so."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    async def newest(self, referral: ReferralId, limit: int) -> Sequence[StoredMeeting]:
        try:
            return await CountedMeetings.newest(self, referral, limit)
        finally:
            self.begun.set()
            await self.may_end.wait()


@pytest.fixture
async def meetings(wired: Container) -> CountedMeetings:
    """A meeting of the referral, with nobody in it."""
    await wired.meetings().add(SEAT.meeting, REFERRAL, now=0)
    return CountedMeetings(wired.referral_meetings())


@pytest.fixture
def held(meetings: CountedMeetings) -> HeldMeetings:
    return HeldMeetings(meetings.stored)


@pytest.fixture
def watch(wired: Container, meetings: CountedMeetings, clock: Clock) -> WatchPresence:
    return WatchPresence(
        wired.rights(), Watched(ShownMeetings(meetings), OFTEN), clock, asked_each=OFTEN
    )


@pytest.fixture
async def watching(watch: WatchPresence) -> AsyncIterator["Watching"]:
    async with AsyncExitStack() as stack:
        yield Watching(watch, stack)


@dataclass
class Watching:
    """Watchers that end with the test."""

    watch: WatchPresence
    stack: AsyncExitStack

    async def one(
        self, caller: Caller = ANA, referral: ReferralId = REFERRAL
    ) -> tuple[AsyncGenerator[WhoIsThere, None], WhoIsThere]:
        """And what it is told first."""
        presence = self.watch(caller, referral)
        await self.stack.enter_async_context(aclosing(presence))
        return presence, await told(presence)


async def told(presence: AsyncGenerator[WhoIsThere, None]) -> WhoIsThere:
    async with asyncio.timeout(PATIENCE):
        return await anext(presence)


async def soon(event: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        await event.wait()


async def newest(watcher: Watcher[tuple[MeetingShown, ...]]) -> list[str]:
    async with asyncio.timeout(PATIENCE):
        return _inside(await watcher.next())


async def reported(wired: Container, key: str, *, in_meeting: bool = True) -> None:
    fact = a_report(key, SEAT, in_meeting=in_meeting)
    await wired.presence().append(fact, SEAT, now=1, due=1)


def inside(who: WhoIsThere) -> list[str]:
    return _inside(who.meetings)


def _inside(meetings: Sequence[MeetingShown]) -> list[str]:
    return [user.user for one in meetings for user in one.users if user.in_meeting]


async def test_who_is_there_is_told_at_once_and_again_at_each_change(
    wired: Container, watching: Watching
) -> None:
    presence, first = await watching.one()

    await reported(wired, "f-1")
    second = await told(presence)
    await wired.meetings().add(MeetingId("m-2"), REFERRAL, now=5)
    third = await told(presence)

    assert [inside(one) for one in (first, second, third)] == [[], [SEAT.person], [SEAT.person]]
    assert [one.meeting for one in third.meetings] == ["m-2", "m-1"]


async def test_what_changes_while_a_watcher_begins_is_not_missed(
    wired: Container, watch: WatchPresence, meetings: CountedMeetings
) -> None:
    async def changed_meanwhile(referral: ReferralId, limit: int) -> Sequence[StoredMeeting]:
        found = await meetings.stored.newest(referral, limit)
        meetings.newest = meetings.stored.newest  # type: ignore[method-assign]
        await reported(wired, "f-1")
        return found

    meetings.newest = changed_meanwhile  # type: ignore[method-assign]
    async with aclosing(watch(ANA, REFERRAL)) as presence:
        assert inside(await told(presence)) == []
        assert inside(await told(presence)) == [SEAT.person]


async def test_whoever_comes_is_told_what_is_there_now_however_long_ago_anybody_looked(
    wired: Container, meetings: CountedMeetings, clock: Clock
) -> None:
    """As in a process that was frozen."""
    hour = Watched(ShownMeetings(meetings), every=3600)
    watch = WatchPresence(wired.rights(), hour, clock, asked_each=3600)
    async with aclosing(watch(ANA, REFERRAL)) as before:
        assert inside(await told(before)) == []
        await reported(wired, "f-1")
        async with aclosing(watch(PORTAL, REFERRAL)) as later:
            assert inside(await told(later)) == [SEAT.person]
        assert inside(await told(before)) == [SEAT.person]


async def test_whoever_comes_during_a_read_is_told_only_what_was_read_after_it_came(
    wired: Container, held: HeldMeetings
) -> None:
    """It may know from another instance what this read does not have."""
    watched = Watched(ShownMeetings(held), every=3600)
    with watched.watching(REFERRAL):
        await soon(held.begun)
        await reported(wired, "f-1")
        with watched.watching(REFERRAL) as one, watched.watching(REFERRAL) as another:
            held.may_end.set()

            assert await newest(one) == await newest(another) == [SEAT.person]
            assert held.read == [REFERRAL] * 2


async def test_whoever_comes_during_a_read_that_fails_is_not_told_of_that(
    wired: Container, held: HeldMeetings
) -> None:
    held.failing_to_read = StorageUnavailableError("gone")
    watched = Watched(ShownMeetings(held), every=3600)
    with watched.watching(REFERRAL):
        await soon(held.begun)
        held.failing_to_read = None
        await reported(wired, "f-1")
        with watched.watching(REFERRAL) as later:
            held.may_end.set()

            assert await newest(later) == [SEAT.person]


async def test_a_read_that_failed_is_made_again_though_nothing_changed(
    meetings: CountedMeetings,
) -> None:
    meetings.failing_to_read = StorageUnavailableError("gone")
    with Watched(ShownMeetings(meetings), OFTEN).watching(REFERRAL) as watcher:
        with pytest.raises(StorageUnavailableError):
            await newest(watcher)
        meetings.failing_to_read = None
        await meetings.looked_again()

        assert await newest(watcher) == []


async def test_a_referral_that_changed_is_read_once_for_all_who_watch_it(
    wired: Container, watching: Watching, meetings: CountedMeetings
) -> None:
    watchers = [(await watching.one())[0] for _ in range(5)]
    await wired.meetings().add(MeetingId("other"), OTHER, now=0)
    await watching.one(PORTAL, OTHER)
    meetings.read.clear()

    await reported(wired, "f-1")

    assert [inside(await told(one)) for one in watchers] == [[SEAT.person]] * 5
    await meetings.looked_again()
    assert meetings.read == [REFERRAL]
    assert {*meetings.looks[-2:]} == {2}


async def test_nothing_is_told_that_was_told_already(
    wired: Container, watching: Watching, meetings: CountedMeetings
) -> None:
    await reported(wired, "f-1")
    presence, _ = await watching.one()
    waiting = asyncio.ensure_future(anext(presence))

    await wired.presence().append(a_report("f-2", SEAT), SEAT, now=1, due=1)
    await meetings.looked_again()
    assert not waiting.done()
    await reported(wired, "f-3", in_meeting=False)

    assert inside(await waiting) == []


async def test_a_slow_watcher_is_told_the_newest_only(
    wired: Container, watching: Watching, meetings: CountedMeetings
) -> None:
    presence, _ = await watching.one()

    for key, in_meeting in (("f-1", True), ("f-2", False), ("f-3", True)):
        await reported(wired, key, in_meeting=in_meeting)
        await meetings.looked_again()
    meetings.read.clear()

    assert inside(await told(presence)) == [SEAT.person]
    waiting = asyncio.ensure_future(anext(presence))
    await meetings.looked_again()
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_nobody_is_asked_about_what_nobody_watches(
    watch: WatchPresence, meetings: CountedMeetings
) -> None:
    before = asyncio.all_tasks()
    async with aclosing(watch(ANA, REFERRAL)) as presence:
        await told(presence)
        await meetings.looked_again()

    await asyncio.sleep(0)  # what was cancelled ends

    assert asyncio.all_tasks() == before


async def test_watching_begins_again_after_nobody_watched(
    watch: WatchPresence, meetings: CountedMeetings
) -> None:
    for _ in range(3):
        async with aclosing(watch(ANA, REFERRAL)) as presence:
            assert (await told(presence)).referral == REFERRAL


@pytest.mark.parametrize("where", ["failing", "failing_to_read"])
@pytest.mark.parametrize("error", [StorageUnavailableError("gone"), RuntimeError("a bug")])
async def test_what_goes_wrong_is_told_to_all_watchers_and_watching_goes_on_later(
    wired: Container, watching: Watching, meetings: CountedMeetings, where: str, error: Exception
) -> None:
    watchers = [(await watching.one())[0] for _ in range(2)]

    setattr(meetings, where, error)
    await reported(wired, "f-1")
    for watcher in watchers:
        with pytest.raises(type(error)):
            await told(watcher)
    with pytest.raises(type(error)):
        await watching.one()
    setattr(meetings, where, None)

    assert inside((await watching.one())[1]) == [SEAT.person]


async def test_who_may_not_see_may_not_watch(watching: Watching) -> None:
    with pytest.raises(ForbiddenError):
        await watching.one(a_doctor("dr-caio"))
    with pytest.raises(UnknownReferralError):
        await watching.one(PORTAL, ReferralId("enc-9"))


async def test_watching_ends_when_the_right_is_gone(
    watching: Watching, attendance: FaultyAttendance, clock: Clock
) -> None:
    presence, _ = await watching.one()
    attendance.put(a_referral(requester="dr-caio"))
    clock.pass_by(60)

    with pytest.raises(ForbiddenError, match="not-on-referral"):
        await told(presence)


async def test_watching_goes_on_while_the_attendance_service_is_away_and_says_so(
    wired: Container, watching: Watching, attendance: FaultyAttendance, clock: Clock
) -> None:
    presence, first = await watching.one()
    attendance.failing = AWAY
    clock.pass_by(2 * 3600)

    away = await told(presence)
    await reported(wired, "f-1")
    changed = await told(presence)
    attendance.failing = None
    back = await told(presence)

    assert (first.referral_known, away.referral_known, back.referral_known) == (True, False, True)
    assert inside(changed) == inside(back) == [SEAT.person]


async def test_a_credential_expires_by_the_machines_clock(
    wired: Container, meetings: CountedMeetings
) -> None:
    assert await meetings.versions([REFERRAL])
    machine, watch = wired.clock(), wired.watch_presence()
    async with aclosing(watch(replace(ANA, expires=machine() - 1), REFERRAL)) as presence:
        await anext(presence)

        async with asyncio.timeout(PATIENCE):
            with pytest.raises(InvalidCredentialsError):
                await anext(presence)


async def test_watching_ends_when_the_credential_expires(
    watch: WatchPresence, meetings: CountedMeetings, clock: Clock
) -> None:
    doctor = replace(ANA, expires=clock() + 30)
    async with aclosing(watch(doctor, REFERRAL)) as presence:
        await told(presence)
        waiting = asyncio.ensure_future(anext(presence))
        clock.pass_by(29)
        await meetings.looked_again()
        assert not waiting.done()

        clock.pass_by(1)

        with pytest.raises(InvalidCredentialsError):
            await waiting


async def test_a_credential_without_an_end_lasts(
    watching: Watching, meetings: CountedMeetings, clock: Clock
) -> None:
    presence, _ = await watching.one(PORTAL)
    clock.pass_by(10**9)
    waiting = asyncio.ensure_future(anext(presence))

    await meetings.looked_again()

    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
