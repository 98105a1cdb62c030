"""Public keys: configured, or published by a partner and fetched at a limited rate."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from domain.errors import DomainError, PartnerError

OLD = 3600.0
"""Seconds after which keys are fetched again in the background."""
IMPATIENT = 5.0
"""Seconds, at least, between two fetches while there are no keys."""

T = TypeVar("T")
K_co = TypeVar("K_co", covariant=True)

log = structlog.get_logger()


class Keys(Protocol[K_co]):
    """The keys to verify a signature with."""

    async def current(self) -> K_co:
        """The keys to try first. Raises a DomainError when there are none."""
        ...

    async def newer(self) -> K_co | None:
        """Keys to try when the current ones fail; None when the current ones are the newest.

        Raises a DomainError when newer keys cannot be fetched.
        """
        ...


@dataclass(frozen=True, slots=True)
class GivenKeys(Generic[T]):
    """Configured keys. ``read`` is called each time, because the sandbox's key may change."""

    read: Callable[[], T]

    async def current(self) -> T:
        return self.read()

    async def newer(self) -> T | None:
        return None


@dataclass(slots=True)
class PublishedKeys(Generic[T]):
    """Fetches at most once in ``fresh`` seconds, so that callers cannot make us flood the partner.

    Keys older than ``OLD`` are fetched again in the background; until that succeeds the old ones
    stay valid, for ``good`` seconds. ``fetch`` may raise PartnerError or ValueError; the log event
    of that begins with ``name``. ``unavailable`` makes the error that is raised when there are no
    keys. ``now`` only rises (seconds).
    """

    name: str
    fetch: Callable[[], Awaitable[T]]
    unavailable: Callable[[], DomainError]
    now: Callable[[], float]
    fresh: float
    good: float = float("inf")
    _kept: T | None = None
    _fetched: float = float("-inf")
    _asked: float = float("-inf")
    _fetching: "asyncio.Task[None] | None" = None

    async def current(self) -> T:
        age = self.now() - self._fetched
        if age > self.good:
            self._kept = None
        if self._kept is None:
            await self._wait_for_fetch()
        elif age > OLD:
            self._begin_fetch()
        return self._needed()

    async def newer(self) -> T | None:
        if self._certain:
            return None
        await self._wait_for_fetch()
        if not self._certain:
            raise self.unavailable()
        return self._needed()

    @property
    def _certain(self) -> bool:
        """Whether the keys were fetched within the last ``fresh`` seconds."""
        return self.now() - self._fetched < self.fresh

    def _needed(self) -> T:
        if self._kept is None:
            raise self.unavailable()
        return self._kept

    async def _wait_for_fetch(self) -> None:
        """A caller that gives up waiting does not cancel the fetch that others wait for."""
        if (fetching := self._begin_fetch()) is not None:
            await asyncio.shield(fetching)

    def _begin_fetch(self) -> "asyncio.Task[None] | None":
        """The fetch that is under way, or a new one; None when it is too early for another."""
        if self._fetching is None or self._fetching.done():
            self._fetching = None
            if self.now() - self._asked >= (IMPATIENT if self._kept is None else self.fresh):
                self._asked = self.now()
                self._fetching = asyncio.create_task(self._renew())
        return self._fetching

    async def _renew(self) -> None:
        try:
            self._kept = await self.fetch()
        except (PartnerError, ValueError) as error:
            log.warning(f"{self.name}.unavailable", reason=type(error).__name__)
            return
        self._fetched = self.now()
