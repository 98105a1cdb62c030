"""Public keys: given by configuration, or published by a partner and fetched with restraint.

One that was stored before a restart may accept, and never refuse.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

import structlog

from domain.errors import DomainError, PartnerError
from domain.policies.rate import Rate

OLD = 3600.0
"""Seconds after which keys are renewed while they go on serving."""
IMPATIENT = 5.0
"""Seconds between two fetches while there has been no answer at all."""

GOOD_STORED = 24 * 3600.0
"""Seconds since it was fetched that a stored key serves while no other can be fetched."""

T = TypeVar("T")
K_co = TypeVar("K_co", covariant=True)

log = structlog.get_logger()


class Keys(Protocol[K_co]):
    """The keys to check a signature with."""

    async def current(self) -> K_co:
        """The keys to try first. Raises a DomainError when there are none."""
        ...

    async def newer(self) -> K_co | None:
        """Keys to try when the current ones say no; None when the current ones are certain.

        Raises a DomainError when that cannot be found out.
        """
        ...


class KeyMemory(Protocol):
    """Keeps published keys over a restart, by the URL that they came from."""

    async def keep(self, url: str, value: str) -> None:
        """Instead of what was kept for that URL. Raises StorageUnavailableError."""
        ...

    async def kept(self, url: str) -> tuple[str, float] | None:
        """The value and its age in seconds. Raises StorageUnavailableError."""
        ...


class Remembered(Protocol[T]):
    """The keys of one URL in a KeyMemory."""

    async def load(self) -> tuple[T, float] | None:
        """The keys and their age in seconds. Raises DomainError or ValueError."""
        ...

    async def save(self, keys: T) -> None:
        """Raises DomainError."""
        ...


@dataclass(frozen=True, slots=True)
class GivenKeys(Generic[T]):
    """Keys that the operator configured. ``read`` is called each time, as the sandbox's change."""

    read: Callable[[], T]

    async def current(self) -> T:
        return self.read()

    async def newer(self) -> T | None:
        return None


@dataclass(slots=True)
class PublishedKeys(Generic[T]):
    """Fetches some times at once and then within ``rate``, so that a rotation heals at once and
    nobody can make us flood the partner; all who wait share one fetch.

    Keys that are an hour old are renewed while they go on serving, also when that fails, until they
    are ``good`` seconds old. ``fetch`` may raise PartnerError or ValueError; ``name`` begins the
    log event of that. ``unavailable`` makes the error for those who need keys when there are none.
    ``now`` only rises (seconds). Keys have changed when their ``content`` has.

    What ``remembered`` has from before a restart serves while new keys are fetched, until it is a
    day old. It refuses nobody: until a fetch has succeeded, ``newer`` raises. A failure to read or
    keep it is logged, and nothing more.
    """

    name: str
    fetch: Callable[[], Awaitable[T]]
    unavailable: Callable[[], DomainError]
    now: Callable[[], float]
    rate: Rate
    good: float = float("inf")
    remembered: Remembered[T] | None = None
    content: Callable[[T], object] = field(default=lambda keys: keys)
    _kept: T | None = None
    _fetched: float = float("-inf")
    _successes: int = 0
    _asked: float = float("-inf")
    _earned: float = float("-inf")
    _fetching: "asyncio.Task[None] | None" = None
    _stored_until: float = float("inf")
    _loading: "asyncio.Task[None] | None" = None
    _saving: "asyncio.Task[None] | None" = None

    async def current(self) -> T:
        await self._wait_for_stored()
        age = self.now() - self._fetched
        if age > self.good or (not self._successes and self.now() > self._stored_until):
            self._kept = None
        if self._kept is None:
            await self._wait_for_fetch()
        elif age > OLD:
            self._begin_fetch()
        return self._needed()

    async def newer(self) -> T | None:
        before = self._successes
        await self._wait_for_fetch()
        if self._successes > before:
            return self._needed()
        if self.now() - self._fetched >= self.rate.every:
            raise self.unavailable()
        return None

    def _needed(self) -> T:
        if self._kept is None:
            raise self.unavailable()
        return self._kept

    async def _wait_for_stored(self) -> None:
        """Once; those who wait share it."""
        if self._successes or self.remembered is None:
            return
        if self._loading is None:
            self._loading = asyncio.create_task(self._load(self.remembered))
        await asyncio.shield(self._loading)

    async def _load(self, remembered: Remembered[T]) -> None:
        try:
            stored = await remembered.load()
        except (DomainError, ValueError) as error:
            log.warning(f"{self.name}.not_loaded", reason=type(error).__name__)
            self._loading = None
            return
        if stored is not None and not self._successes:
            keys, age = stored
            self._kept, self._stored_until = keys, self.now() + GOOD_STORED - age

    async def _save(self, remembered: Remembered[T], keys: T) -> None:
        try:
            await remembered.save(keys)
        except DomainError as error:
            log.warning(f"{self.name}.not_stored", reason=error.slug)

    async def _wait_for_fetch(self) -> None:
        """A caller that gives up waiting does not cancel the fetch that others wait for."""
        if (fetching := self._begin_fetch()) is not None:
            await asyncio.shield(fetching)

    def _begin_fetch(self) -> "asyncio.Task[None] | None":
        """The fetch that is under way, or a new one; None when it is too early for another."""
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._renew()) if self._may_fetch() else None
        return self._fetching

    def _may_fetch(self) -> bool:
        now = self.now()
        if self._kept is None or not self._successes:
            allowed = now - self._asked >= IMPATIENT
        elif allowed := not self.rate.wait(self._earned, now):
            self._earned = self.rate.take(self._earned, now)
        self._asked = now if allowed else self._asked
        return allowed

    async def _renew(self) -> None:
        try:
            keys = await self.fetch()
        except (PartnerError, ValueError) as error:
            log.warning(f"{self.name}.unavailable", reason=type(error).__name__)
            return
        if self._kept is not None and self.content(keys) != self.content(self._kept):
            log.warning(f"{self.name}.changed")
        self._kept, self._fetched = keys, self.now()
        self._successes += 1
        if self.remembered is not None:
            self._saving = asyncio.create_task(self._save(self.remembered, keys))
