"""Ask the provider which sessions are going on, in one list for all meetings, again and again.

A watched meeting that is absent from two complete lists is empty; those that are listed are left to
``doubt_listed.py``. A list that fails, or that leaves out a session which is going on, concludes
nothing: then every meeting is asked about by itself (``sweep_meeting.py``).
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
            watched = await self.lists.watched()
            absent = [one for one in watched if one.sweep.meeting not in live.by_meeting]
            news = [one for one in absent if self._is_news(one, began)]
            empty = await self._really_empty(news) if live.complete else None
        except DomainError as error:
            wait = advised_wait(error)
            self.pace.hold(wait)
            due = max(due, self.now() + wait)
        else:
            # A list rests at least as long as it takes.
            due = max(due, 2 * self.now() - began)
            if empty is not None:
                serves_until = self.now() + 2 * (self.every + self.now() - began)
                await self._conclude(empty, claim, began)
            await self.doubt(watched, live, began)
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

    async def _really_empty(self, news: Sequence[WatchedMeeting]) -> list[WatchedMeeting] | None:
        """Those of the left out that may be concluded; None when a session goes on in one of them,
        or when every question fails.

        Some of those that are shown to have somebody in are asked about, the newest first. One
        about which the provider only fails is left alone, and holds up no other.
        """
        failed: set[MeetingId] = set()
        answers = 0
        for one in sorted(news, key=lambda one: one.latest, reverse=True):
            if answers == PROBES or len(failed) == PROBES:
                break
            if not one.shown:
                continue
            await self.pace.turn()
            try:
                session = await self.calls.active_session(one.sweep.meeting)
            except DomainError as error:
                if advised_wait(error):
                    raise
                failed.add(one.sweep.meeting)
                continue
            if session is not None:
                return None
            answers += 1
        if len(failed) == PROBES and not answers:
            return None
        return [one for one in news if one.sweep.meeting not in failed]

    async def _conclude(
        self, news: Sequence[WatchedMeeting], claim: ClaimedList, began: float
    ) -> None:
        for start in range(0, len(news), AT_ONCE):
            await self.lists.keep_list(claim, until=self.now() + LEASE)
            some = news[start : start + AT_ONCE]
            await asyncio.gather(*(self._absent(one, claim, began) for one in some))

    def _is_news(self, one: WatchedMeeting, began: float) -> bool:
        """Whether an empty answer about it is news, or due."""
        sweep = one.sweep
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
