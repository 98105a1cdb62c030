"""Public keys: given by configuration, or published by a partner and fetched with restraint."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from domain.errors import DomainError, PartnerError

OLD = 3600.0
"""Seconds after which keys are renewed while they go on serving."""
IMPATIENT = 5.0
"""Seconds between two fetches while there has been no answer at all."""

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
    """Fetches at most once in ``fresh`` seconds, so that nobody can make us flood the partner.

    Keys that are an hour old are renewed while they go on serving, also when that fails, until they
    are ``good`` seconds old. ``fetch`` may raise PartnerError or ValueError; ``name`` begins the
    log event of that. ``unavailable`` makes the error for those who need keys when there are none.
    ``now`` only rises (seconds).
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
        """Whether the keys were fetched so lately that they need not be fetched again."""
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
