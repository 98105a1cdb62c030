"""The referrals that somebody watches now: storage is asked about all of them at once, a few times
a second, and about nothing while nobody watches."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field

from domain.errors import DomainError
from domain.ports.who_is_there import ReferralMeetings, Version
from domain.referral import ReferralId
from domain.who_is_there import MOST_MEETINGS, MeetingShown, shown

log = logging.getLogger(__name__)

EVERY = 0.3
"""Seconds between two looks at the versions of all that is watched."""
READ_AT_ONCE = 4
"""Referrals; the database has other work too."""
NEVER_READ: Version = (-1,)

Meetings = tuple[MeetingShown, ...]


@dataclass(eq=False, slots=True)
class Watcher:
    """One who watches a referral. However slow it is, it gets the newest only."""

    _newest: Meetings | Exception = ()
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, newest: Meetings | Exception) -> None:
        self._newest = newest
        self._news.set()

    async def next(self) -> Meetings:
        """The meetings as they are, once they have changed since the call before. Raises what went
        wrong while they were read."""
        await self._news.wait()
        self._news.clear()
        if isinstance(self._newest, Exception):
            raise self._newest
        return self._newest


@dataclass(eq=False, slots=True)
class _Watched:
    """A referral, as it was read last."""

    version: Version | None = NEVER_READ
    newest: Meetings | None = None
    watchers: set[Watcher] = field(default_factory=set)

    def tell(self, newest: Meetings | Exception) -> None:
        self.newest = None if isinstance(newest, Exception) else newest
        for watcher in self.watchers:
            watcher.tell(newest)


@dataclass(slots=True)
class WatchedReferrals:
    """One for a process. A referral that changed is read once, for all who watch it."""

    meetings: ReferralMeetings
    every: float = EVERY
    _watched: dict[ReferralId, _Watched] = field(default_factory=dict)
    _looking: asyncio.Task[None] | None = None
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def watching(self, referral: ReferralId) -> Iterator[Watcher]:
        """Whatever changes from now on is told; what is there now is told at once."""
        watched = self._watched.setdefault(referral, _Watched())
        watcher = Watcher()
        watched.watchers.add(watcher)
        if watched.newest is None:
            self._more.set()
        else:
            watcher.tell(watched.newest)
        if self._looking is None:
            # It is for all who watch, so it carries no request's id and trace.
            looking = self._look_again_and_again()
            self._looking = asyncio.create_task(looking, context=Context())
        try:
            yield watcher
        finally:
            watched.watchers.discard(watcher)
            if not watched.watchers:
                del self._watched[referral]
            if not self._watched:
                self._looking.cancel()
                self._looking = None

    async def _look_again_and_again(self) -> None:
        while True:
            self._more.clear()
            try:
                await self._look()
            except DomainError as error:
                self._tell_all(error)
            except Exception as error:
                log.exception("looking at what is watched crashed")
                self._tell_all(error)
            try:
                async with asyncio.timeout(self.every):
                    await self._more.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        watched = dict(self._watched)
        versions = await self.meetings.versions(list(watched))
        changed = [one for one in watched.items() if one[1].version != versions.get(one[0])]
        room = asyncio.Semaphore(READ_AT_ONCE)
        async with asyncio.TaskGroup() as reading:
            for referral, one in changed:
                reading.create_task(self._read(room, referral, one, versions))

    async def _read(
        self,
        room: asyncio.Semaphore,
        referral: ReferralId,
        watched: _Watched,
        versions: Mapping[ReferralId, Version],
    ) -> None:
        async with room:
            try:
                newest = shown(await self.meetings.newest(referral, MOST_MEETINGS))
            except DomainError as error:
                watched.tell(error)
            except Exception as error:
                log.exception("reading what is watched crashed")
                watched.tell(error)
            else:
                watched.version = versions.get(referral)
                watched.tell(newest)

    def _tell_all(self, error: Exception) -> None:
        for watched in self._watched.values():
            watched.tell(error)
