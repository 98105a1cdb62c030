"""Ask the provider which sessions are going on, in one list for all meetings, again and again.

A watched meeting that is absent from two complete lists is empty (``judge_left_out.py``); those
that are listed are left to ``doubt_listed.py``. A list that fails, or that leaves out a session
which is going on, concludes nothing: then every meeting is asked about by itself
(``sweep_meeting.py``).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from application.doubt_listed import DoubtListed
from application.judge_left_out import JudgeLeftOut
from domain.claims import ClaimedList
from domain.errors import DomainError
from domain.live_list import LiveList, Reading
from domain.meeting import MeetingId
from domain.policies.backoff import advised_wait
from domain.policies.pace import Pace
from domain.ports.sweeps import LiveLists
from domain.ports.video import LiveCalls

LEASE = 60.0
"""Seconds after which another process may read the list; each page begins them anew."""
PAGES = 20
"""Pages for one turn, so that little changes while the list is read."""


@dataclass(frozen=True, slots=True)
class SweepLiveList:
    """``every`` is the seconds from one list to the next."""

    lists: LiveLists
    calls: LiveCalls
    left_out: JudgeLeftOut
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
            reading = Reading(claim, began, await self._read(claim))
            failed = await self.left_out.failed_probes(reading, self.lists.watched())
        except DomainError as error:
            wait = advised_wait(error)
            self.pace.hold(wait)
            due = max(due, self.now() + wait)
        else:
            # A list rests at least as long as it takes.
            due = max(due, 2 * self.now() - began)
            if failed is not None:
                serves_until = self.now() + 2 * (self.every + self.now() - began)
            await self._compare(reading, failed)
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

    async def _compare(self, reading: Reading, failed: Collection[MeetingId] | None) -> None:
        """With the watched meetings; none is concluded about when ``failed`` is None."""
        doubts = self.doubt.of(reading)
        async for some in self.lists.watched():
            if not await self.lists.keep_list(reading.claim, until=self.now() + LEASE):
                return
            if failed is not None:
                await self.left_out(some, reading, failed)
            await doubts.take(some)
        await doubts.confirm()
