"""Ask the provider which sessions are going on, in one list for all meetings, again and again.

A watched meeting that is absent from two complete lists is empty; those that are listed are left to
``doubt_listed.py``. A list that fails, or that leaves out a session which is going on, concludes
nothing: then every meeting is asked about by itself (``sweep_meeting.py``).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter

from application.conclude_sweep import Answered, ConcludeSweep
from application.doubt_listed import DoubtListed
from domain.claims import ClaimedList, WatchedMeeting
from domain.errors import DomainError
from domain.live_list import LiveList
from domain.meeting import MeetingId
from domain.policies.backoff import advised_wait
from domain.policies.pace import Pace
from domain.ports.presence import PresenceFacts
from domain.ports.sweeps import LiveLists
from domain.ports.video import LiveCalls

LEASE = 60.0
"""Seconds after which another process may read the list; each page begins them anew."""
PAGES = 20
"""Pages for one turn, so that little changes while the list is read."""
AT_ONCE = 32
PROBES = 3
"""Meetings that are asked about before a list is believed."""


@dataclass(frozen=True, slots=True)
class SweepLiveList:
    """``every`` is the seconds from one list to the next."""

    lists: LiveLists
    facts: PresenceFacts
    calls: LiveCalls
    conclude: ConcludeSweep
    doubt: DoubtListed
    pace: Pace
    now: Callable[[], float]
    every: float

    async def __call__(self) -> bool:
        """Read the list and conclude; False when it is not due, or is read elsewhere."""
        began = self.now()
        claim = await self.lists.claim_list(now=began, lease=LEASE)
        if claim is None:
            return False
        due, serves_until = began + self.every, 0.0
        try:
            live = await self._read(claim)
            failed = await self._failed_probes(live, claim, began)
        except DomainError as error:
            wait = advised_wait(error)
            self.pace.hold(wait)
            due = max(due, self.now() + wait)
        else:
            # A list rests at least as long as it takes.
            due = max(due, 2 * self.now() - began)
            if failed is not None:
                serves_until = self.now() + 2 * (self.every + self.now() - began)
            await self._compare(live, failed, claim, began)
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

    async def _failed_probes(
        self, live: LiveList, claim: ClaimedList, began: float
    ) -> set[MeetingId] | None:
        """None when the list is not to be believed: it is not complete, a session goes on in a
        meeting that it leaves out, or every question fails.

        Some of those that are shown to have somebody in are asked about, the newest first. One
        about which the provider only fails is left alone, and holds up no other.
        """
        if not live.complete:
            return None
        failed: set[MeetingId] = set()
        answers = 0
        for meeting in await self._newest_left_out(live, claim, began):
            if answers == PROBES or len(failed) == PROBES:
                break
            await self.pace.turn()
            try:
                session = await self.calls.active_session(meeting)
            except DomainError as error:
                if advised_wait(error):
                    raise
                failed.add(meeting)
                continue
            if session is not None:
                return None
            answers += 1
        if len(failed) == PROBES and not answers:
            return None
        return failed

    async def _newest_left_out(
        self, live: LiveList, claim: ClaimedList, began: float
    ) -> list[MeetingId]:
        """As many as may be asked about, of those that are shown to have somebody in."""
        newest: dict[MeetingId, int] = {}
        async for some in self._older(claim):
            news = (one for one in some if one.shown and self._is_news(one, live, began))
            newest |= {one.sweep.meeting: one.latest for one in news}
            newest = dict(nlargest(2 * PROBES, newest.items(), key=itemgetter(1)))
        return list(newest)

    async def _compare(
        self, live: LiveList, failed: Collection[MeetingId] | None, claim: ClaimedList, began: float
    ) -> None:
        """Conclude about those that are left out, unless ``failed`` is None, and have some of the
        others asked about."""
        doubts = self.doubt.of(live, began)
        async for some in self._older(claim):
            if not await self.lists.keep_list(claim, until=self.now() + LEASE):
                return
            if failed is not None:
                news = [one for one in some if self._is_news(one, live, began)]
                await self._conclude(
                    [one for one in news if one.sweep.meeting not in failed], claim, began
                )
            await doubts.take(some)
        await doubts.confirm()

    async def _older(self, claim: ClaimedList) -> AsyncIterator[list[WatchedMeeting]]:
        """The watched meetings, but for those of which something was heard since the list was
        begun: that may be news to the list."""
        async for some in self.lists.watched():
            yield [one for one in some if one.latest <= claim.upto]

    async def _conclude(
        self, news: Sequence[WatchedMeeting], claim: ClaimedList, began: float
    ) -> None:
        for start in range(0, len(news), AT_ONCE):
            some = news[start : start + AT_ONCE]
            await asyncio.gather(*(self._absent(one, claim, began) for one in some))

    def _is_news(self, one: WatchedMeeting, live: LiveList, began: float) -> bool:
        """Whether it is left out, and that is news, or due."""
        sweep = one.sweep
        if sweep.meeting in live.by_meeting:
            return False
        if sweep.seen is None:
            return True
        if began < sweep.seen_at + self.conclude.between:
            return False
        return one.shown or one.due <= began

    async def _absent(self, one: WatchedMeeting, claim: ClaimedList, began: float) -> None:
        sweep = one.sweep
        facts = await self.facts.of_meeting(sweep.referral, sweep.meeting)
        upto = max((fact.seq for fact in facts if fact.seq <= claim.upto), default=0)
        key = f"roster:{sweep.meeting}:list:{claim.attempts}"
        await self.conclude(sweep, Answered(None, began, upto, key), facts)
