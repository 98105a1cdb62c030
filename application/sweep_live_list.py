"""Ask the provider which sessions are going on, in one list for all meetings, again and again.

A watched meeting that is absent from two complete lists is empty. A meeting that is listed is asked
about by itself (``sweep_meeting.py``) when other people may be in it than is shown; with what is
left of the pace, the others are confirmed too. A list that fails concludes nothing: then every
meeting is asked about by itself.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from application.conclude_sweep import Answered, ConcludeSweep
from application.sweep_meeting import CALLS, LONGEST
from domain.claims import ClaimedList, WatchedMeeting
from domain.errors import DomainError, advised_wait
from domain.live_list import LiveList, LiveSession, may_differ
from domain.meeting import MeetingId
from domain.policies.pace import Pace
from domain.ports.presence import PresenceFacts
from domain.ports.sweeps import LiveLists, Sweeps
from domain.ports.video import LiveCalls
from domain.referral import ReferralId

LEASE = 60.0
"""Seconds after which another process may read the list; each page begins them anew."""
PAGES = 20
"""Pages for one turn, so that little changes while the list is read."""
AT_ONCE = 32

Key = tuple[ReferralId, MeetingId]


@dataclass(frozen=True, slots=True)
class SweepLiveList:
    """``every`` is the seconds from one list to the next. A listed meeting that agrees with what is
    shown is confirmed after ``interval`` seconds at the earliest."""

    lists: LiveLists
    sweeps: Sweeps
    facts: PresenceFacts
    calls: LiveCalls
    conclude: ConcludeSweep
    pace: Pace
    now: Callable[[], float]
    every: float
    interval: float
    _differs: dict[Key, tuple[int, str, int | None, bool]] = field(default_factory=dict)

    async def __call__(self) -> bool:
        """Read the list and conclude; False when it is not due, or is read elsewhere."""
        began = self.now()
        claim = await self.lists.claim_list(now=began, lease=LEASE)
        if claim is None:
            return False
        due, serves_until = began + self.every, 0.0
        try:
            live = await self._read(claim)
        except DomainError as error:
            wait = min(advised_wait(error), LONGEST)
            self.pace.hold(wait)
            due = max(due, self.now() + wait)
        else:
            if live.complete:
                took = self.now() - began
                serves_until = self.now() + 2 * (self.every + took)
            await self._compare(claim, live, began)
        await self.lists.settle_list(claim, due=due, serves_until=serves_until)
        return True

    async def _read(self, claim: ClaimedList) -> LiveList:
        live, turns = LiveList(), 1
        await self.pace.turn()
        async for page in self.calls.live_pages():
            live.take(page)
            turns -= 1
            if not turns and not live.complete:
                turns = min(PAGES, live.pages_left)
                await self.pace.turn(turns)
            if not await self.lists.keep_list(claim, until=self.now() + LEASE):
                return LiveList()
        return live

    async def _compare(self, claim: ClaimedList, live: LiveList, began: float) -> None:
        listed, watched = live.by_meeting, await self.lists.watched()
        if live.complete:
            absent = [one for one in watched if one.sweep.meeting not in listed]
            for some in _batches(one for one in absent if self._is_open(one, began)):
                await self.lists.keep_list(claim, until=self.now() + LEASE)
                await asyncio.gather(*(self._absent(one, claim, began) for one in some))
        await self._look([one for one in watched if one.sweep.meeting in listed], listed, began)

    def _is_open(self, one: WatchedMeeting, began: float) -> bool:
        """Whether an empty answer about it is news, or due."""
        sweep = one.sweep
        if sweep.seen is None:
            return True
        if began < sweep.seen_at + self.conclude.between:
            return False
        untouched = one.newest <= sweep.upto
        old = one.newest_at <= sweep.seen_at - self.conclude.young
        return bool(sweep.seen) or not (untouched and old) or one.due <= began

    async def _absent(self, one: WatchedMeeting, claim: ClaimedList, began: float) -> None:
        sweep = one.sweep
        facts = await self.facts.of_meeting(sweep.referral, sweep.meeting)
        upto = max((fact.seq for fact in facts if fact.seq <= claim.upto), default=0)
        key = f"roster:{sweep.meeting}:list:{claim.attempts}"
        await self.conclude(sweep, Answered(None, began, upto, key), facts)

    async def _look(
        self,
        there: Sequence[WatchedMeeting],
        listed: Mapping[MeetingId, LiveSession],
        began: float,
    ) -> None:
        """Have those asked about that may differ; and with half of the calls until the next list a
        few more, those first that nobody asked about for longest."""
        self._forget(there)
        told = {one: await self._may_differ(one, listed[one.sweep.meeting]) for one in there}
        for one in there:
            if told[one]:
                await self._ask(one, self.now())
        old = [one for one in there if not told[one] and one.sweep.seen_at <= began - self.interval]
        apart = 2 * CALLS * self.pace.rate.every
        few = max(1, int(self.every / apart))
        for number, one in enumerate(sorted(old, key=lambda one: one.sweep.seen_at)[:few]):
            await self._ask(one, self.now() + (number + 1) * apart)

    async def _ask(self, one: WatchedMeeting, due: float) -> None:
        earliest = one.sweep.seen_at + self.conclude.between
        await self.sweeps.hasten(one.sweep.referral, one.sweep.meeting, due=max(due, earliest))

    async def _may_differ(self, one: WatchedMeeting, live: LiveSession) -> bool:
        """Facts are read again only when there are new ones."""
        if one.sweep.seen == frozenset():
            return True
        key, seen = _key(one), (one.latest, live.id, live.inside)
        known = self._differs.get(key)
        if known is None or known[:3] != seen:
            facts = await self.facts.of_meeting(*key)
            known = self._differs[key] = (*seen, may_differ(live, facts))
        return known[3]

    def _forget(self, there: Iterable[WatchedMeeting]) -> None:
        for gone in self._differs.keys() - {_key(one) for one in there}:
            del self._differs[gone]


def _key(one: WatchedMeeting) -> Key:
    return one.sweep.referral, one.sweep.meeting


def _batches(found: Iterable[WatchedMeeting]) -> Iterator[list[WatchedMeeting]]:
    everything = list(found)
    for start in range(0, len(everything), AT_ONCE):
        yield everything[start : start + AT_ONCE]
