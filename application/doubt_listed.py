"""Meetings on the list of live sessions are asked about by themselves where a doubt is left.

First those in which other people may be than is shown. With half of the calls until the next list
the others are confirmed, those first that nobody asked about for longest. Half of these are
meetings with somebody inside who has no seat, because that may be a doctor by now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from application.sweep_meeting import CALLS
from domain.claims import WatchedMeeting
from domain.live_list import LiveList, LiveSession, connected, may_differ
from domain.policies.pace import Pace
from domain.ports.presence import PresenceFacts
from domain.ports.sweeps import Sweeps


class Doubt(NamedTuple):
    """About a listed meeting: whether other people may be in it than we know of, and whether
    somebody is who has no seat."""

    differs: bool
    strangers: bool


@dataclass(frozen=True, slots=True)
class DoubtListed:
    """Times are in seconds. ``every`` is from one list to the next, ``between`` the least between
    two answers about a meeting; one that agrees is confirmed after ``interval`` at the earliest."""

    sweeps: Sweeps
    facts: PresenceFacts
    pace: Pace
    now: Callable[[], float]
    every: float
    between: float
    interval: float

    async def __call__(
        self, watched: Sequence[WatchedMeeting], live: LiveList, began: float
    ) -> None:
        """Have those asked about that a list read since ``began`` leaves in doubt."""
        listed = live.by_meeting
        there = [one for one in watched if one.sweep.meeting in listed]
        doubts = {one: await self._doubt(one, listed[one.sweep.meeting]) for one in there}
        for one in there:
            if doubts[one].differs:
                await self._ask(one, self.now())
        old = [
            one
            for one in there
            if not doubts[one].differs and one.sweep.seen_at <= began - self.interval
        ]
        apart = 2 * CALLS * self.pace.rate.every
        few = max(1, int(self.every / apart))
        old.sort(key=lambda one: one.sweep.seen_at)
        first = [one for one in old if doubts[one].strangers][: (few + 1) // 2]
        others = [one for one in old if one not in first]
        for number, one in enumerate([*first, *others][:few]):
            await self._ask(one, self.now() + (number + 1) * apart)

    async def _ask(self, one: WatchedMeeting, due: float) -> None:
        earliest = one.sweep.seen_at + self.between
        await self.sweeps.hasten(one.sweep.referral, one.sweep.meeting, due=max(due, earliest))

    async def _doubt(self, one: WatchedMeeting, live: LiveSession) -> Doubt:
        facts = await self.facts.of_meeting(one.sweep.referral, one.sweep.meeting)
        strangers = connected(facts) - one.sweep.seated
        differs = one.sweep.seen == frozenset() or may_differ(live, facts)
        return Doubt(differs, bool(strangers))
