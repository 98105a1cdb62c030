"""What a list of live sessions leaves out: whether to believe it, and what follows from it."""

import asyncio
from collections.abc import AsyncIterable, Collection, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter

from application.conclude_sweep import Answered, ConcludeSweep
from domain.claims import WatchedMeeting
from domain.errors import DomainError
from domain.live_list import Reading
from domain.meeting import MeetingId
from domain.policies.backoff import advised_wait
from domain.policies.pace import Pace
from domain.ports.presence import PresenceFacts
from domain.ports.video import LiveCalls

AT_ONCE = 32
PROBES = 3
"""Meetings that are asked about before a list is believed."""


@dataclass(frozen=True, slots=True)
class JudgeLeftOut:
    """Two complete lists that leave a meeting out say that it is empty. A list says nothing about
    one of which something was heard since the list was begun."""

    facts: PresenceFacts
    calls: LiveCalls
    conclude: ConcludeSweep
    pace: Pace

    async def failed_probes(
        self, reading: Reading, watched: AsyncIterable[Sequence[WatchedMeeting]]
    ) -> set[MeetingId] | None:
        """None when the list is not to be believed: it is not complete, a session goes on in a
        meeting that it leaves out, or every question fails.

        Some of those that are shown to have somebody in are asked about, the newest first. One
        about which the provider only fails is left alone, and holds up no other.
        """
        if not reading.live.complete:
            return None
        failed: set[MeetingId] = set()
        answers = 0
        for meeting in await self._newest(reading, watched):
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

    async def __call__(
        self, watched: Sequence[WatchedMeeting], reading: Reading, failed: Collection[MeetingId]
    ) -> None:
        """Conclude about those of them that are left out, but for the ``failed``."""
        news = [one for one in watched if self._is_news(one, reading)]
        some = [one for one in news if one.sweep.meeting not in failed]
        for start in range(0, len(some), AT_ONCE):
            at_once = some[start : start + AT_ONCE]
            await asyncio.gather(*(self._absent(one, reading) for one in at_once))

    async def _newest(
        self, reading: Reading, watched: AsyncIterable[Sequence[WatchedMeeting]]
    ) -> list[MeetingId]:
        """As many as may be asked about, of the left out that are shown to have somebody in."""
        newest: dict[MeetingId, int] = {}
        async for some in watched:
            news = (one for one in some if one.shown and self._is_news(one, reading))
            newest |= {one.sweep.meeting: one.latest for one in news}
            newest = dict(nlargest(2 * PROBES, newest.items(), key=itemgetter(1)))
        return list(newest)

    def _is_news(self, one: WatchedMeeting, reading: Reading) -> bool:
        """Whether it is left out, and that is news, or due."""
        sweep, began = one.sweep, reading.began
        if reading.heard_since(one) or sweep.meeting in reading.live.by_meeting:
            return False
        if sweep.seen is None:
            return True
        if began < sweep.seen_at + self.conclude.between:
            return False
        return one.shown or one.due <= began

    async def _absent(self, one: WatchedMeeting, reading: Reading) -> None:
        sweep, claim = one.sweep, reading.claim
        facts = await self.facts.of_meeting(sweep.referral, sweep.meeting)
        upto = max((fact.seq for fact in facts if fact.seq <= claim.upto), default=0)
        key = f"roster:{sweep.meeting}:list:{claim.attempts}"
        await self.conclude(sweep, Answered(None, reading.began, upto, key), facts)
