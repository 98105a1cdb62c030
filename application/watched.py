"""What somebody watches now: all of it is looked at together, a few times a second, and nothing is
looked at while nobody watches."""

import asyncio
import logging
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar, cast

from domain.errors import DomainError
from domain.ports.who_is_there import Version

log = logging.getLogger(__name__)

EVERY = 0.3
"""Seconds between two looks at the versions of all that is watched."""
READ_AT_ONCE = 4
"""The database has other work too."""
NEVER_READ: Version = (-1,)

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Source(Protocol[K, T_co]):
    """What can be watched, by a key: a referral, or the name of a view."""

    async def versions(self, keys: Sequence[K]) -> Mapping[K, Version]:
        """Of all these at once; one that has nothing is left out. A version changes with whatever
        ``read`` gives."""
        ...

    async def read(self, key: K) -> T_co:
        """At least as new as any version read before."""
        ...


@dataclass(eq=False, slots=True)
class Watcher(Generic[T]):
    """One who watches. However slow it is, it gets the newest only."""

    _newest: T | Exception | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, newest: T | Exception) -> None:
        self._newest = newest
        self._news.set()

    async def next(self) -> T:
        """What is there, once it was read anew since the call before. Raises what went wrong while
        it was read."""
        await self._news.wait()
        self._news.clear()
        if isinstance(self._newest, Exception):
            raise self._newest
        return cast("T", self._newest)


@dataclass(eq=False, slots=True)
class _Watched(Generic[T]):
    """The version that was read last, and who watches."""

    version: Version | None = NEVER_READ
    watchers: set[Watcher[T]] = field(default_factory=set)

    def tell(self, newest: T | Exception) -> None:
        for watcher in self.watchers:
            watcher.tell(newest)


@dataclass(slots=True)
class Watched(Generic[K, T]):
    """One for a process and source. What changed is read once, for all who watch it."""

    source: Source[K, T]
    every: float = EVERY
    _watched: dict[K, _Watched[T]] = field(default_factory=dict)
    _looking: asyncio.Task[None] | None = None
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    @contextmanager
    def watching(self, key: K) -> Iterator[Watcher[T]]:
        """What is there now is told as soon as it is read, and then whatever changes.

        Whoever comes is told only what was read after it came: it may have seen news elsewhere that
        a read from before does not have.
        """
        watched = self._watched.setdefault(key, _Watched())
        watcher: Watcher[T] = Watcher()
        watched.watchers.add(watcher)
        watched.version = NEVER_READ
        self._more.set()
        if self._looking is None:
            # It is for all who watch, so it carries no request's id and trace.
            looking = self._look_again_and_again()
            self._looking = asyncio.create_task(looking, context=Context())
        try:
            yield watcher
        finally:
            watched.watchers.discard(watcher)
            if not watched.watchers:
                del self._watched[key]
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
        versions = await self.source.versions(list(watched))
        changed = [one for one in watched.items() if one[1].version != versions.get(one[0])]
        room = asyncio.Semaphore(READ_AT_ONCE)
        async with asyncio.TaskGroup() as reading:
            for key, one in changed:
                reading.create_task(self._read(room, key, one, versions))

    async def _read(
        self,
        room: asyncio.Semaphore,
        key: K,
        watched: _Watched[T],
        versions: Mapping[K, Version],
    ) -> None:
        async with room:
            # Set before the read: a newcomer during the read sets NEVER_READ, and that must stay.
            watched.version, there = versions.get(key), set(watched.watchers)
            try:
                newest: T | Exception = await self.source.read(key)
            except DomainError as error:
                newest, watched.version = error, NEVER_READ
            except Exception as error:
                log.exception("reading what is watched crashed")
                newest, watched.version = error, NEVER_READ
            for watcher in there:
                watcher.tell(newest)

    def _tell_all(self, error: Exception) -> None:
        for watched in self._watched.values():
            watched.tell(error)
