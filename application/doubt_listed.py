"""Meetings on the list of live sessions are asked about by themselves where a doubt is left.

First those in which other people may be than is shown. With half of the calls until the next list
the others are confirmed, those first that nobody asked about for longest.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from application.sweep_meeting import CALLS
from domain.claims import WatchedMeeting
from domain.live_list import LiveList, LiveSession, may_differ
from domain.meeting import MeetingId
from domain.policies.pace import Pace
from domain.ports.presence import PresenceFacts
from domain.ports.sweeps import Sweeps
from domain.referral import ReferralId

Key = tuple[ReferralId, MeetingId]


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
    _differs: dict[Key, tuple[int, str, int | None, bool]] = field(default_factory=dict)

    async def __call__(
        self, watched: Sequence[WatchedMeeting], live: LiveList, began: float
    ) -> None:
        """Have those asked about that a list read since ``began`` leaves in doubt."""
        listed = live.by_meeting
        there = [one for one in watched if one.sweep.meeting in listed]
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
        earliest = one.sweep.seen_at + self.between
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
