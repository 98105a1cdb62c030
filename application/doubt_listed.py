"""Meetings on the list of live sessions are asked about by themselves where a doubt is left.

First those in which other people may be than is shown. With half of the calls until the next list
the others are confirmed, those first that nobody asked about for longest. Half of these are
meetings with somebody inside who has no seat, because that may be a doctor by now. A meeting of
which something was heard since the list was begun is not compared with it; it is confirmed too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import NamedTuple

from application.sweep_meeting import CALLS
from domain.claims import WatchedMeeting
from domain.live_list import LiveSession, Reading, connected, may_differ
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

    def of(self, reading: Reading) -> "Doubts":
        return Doubts(self, reading)

    async def ask(self, one: WatchedMeeting, due: float) -> None:
        """Have it asked about by itself, then or when that may be done again."""
        earliest = one.sweep.seen_at + self.between
        await self.sweeps.hasten(one.sweep.referral, one.sweep.meeting, due=max(due, earliest))

    async def doubt(self, one: WatchedMeeting, live: LiveSession) -> Doubt:
        """Compares what is listed with what is known."""
        facts = await self.facts.of_meeting(one.sweep.referral, one.sweep.meeting)
        strangers = connected(facts) - one.sweep.seated
        differs = one.sweep.seen == frozenset() or may_differ(live, facts)
        return Doubt(differs, bool(strangers))


class Doubts:
    """What one list leaves in doubt, gathered part by part of the watched meetings.

    Each is looked at once, though it may come twice; and no more are kept than may be asked about.
    """

    def __init__(self, doubt_listed: DoubtListed, reading: Reading) -> None:
        self._by = doubt_listed
        self._reading = reading
        self._listed = dict(reading.live.by_meeting)
        self._apart = 2 * CALLS * doubt_listed.pace.rate.every
        self._few = max(1, int(doubt_listed.every / self._apart))
        self._with_strangers: list[WatchedMeeting] = []
        self._others: list[WatchedMeeting] = []

    async def take(self, watched: Sequence[WatchedMeeting]) -> None:
        """Those that differ are asked about now; the oldest of the others are kept."""
        for one in watched:
            if self._reading.heard_since(one):
                self._keep(self._others, one, one.sweep.watched)
            elif listed := self._listed.pop(one.sweep.meeting, None):
                doubt = await self._by.doubt(one, listed)
                if doubt.differs:
                    await self._by.ask(one, self._by.now())
                else:
                    self._keep(self._with_strangers if doubt.strangers else self._others, one)
        self._with_strangers = self._oldest(self._with_strangers)
        self._others = self._oldest(self._others)

    def _keep(self, some: list[WatchedMeeting], one: WatchedMeeting, since: float = 0.0) -> None:
        """Unless it is too early to confirm it; one that is watched ``since`` then is young."""
        if max(one.sweep.seen_at, since) <= self._reading.began - self._by.interval:
            some.append(one)

    async def confirm(self) -> None:
        """Have the oldest of those that were kept asked about, one after the other."""
        first = self._with_strangers[: (self._few + 1) // 2]
        others = self._oldest([*self._with_strangers[len(first) :], *self._others])
        for number, one in enumerate([*first, *others][: self._few]):
            await self._by.ask(one, self._by.now() + (number + 1) * self._apart)

    def _oldest(self, some: Sequence[WatchedMeeting]) -> list[WatchedMeeting]:
        return nsmallest(self._few, some, key=lambda one: one.sweep.seen_at)
