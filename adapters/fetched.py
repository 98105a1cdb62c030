"""Something that a partner publishes: fetched when needed, kept, and renewed with restraint."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from domain.errors import PartnerError

OLD = 3600.0
IMPATIENT = 5.0

T = TypeVar("T")

log = structlog.get_logger()


@dataclass(slots=True)
class Fetched(Generic[T]):
    """Asks at most once in ``fresh`` seconds, so that nobody can make us hammer the partner;
    without any answer yet, every five seconds. ``now`` only ever rises (seconds).

    What is an hour old is renewed while it goes on serving, also when that fails, until it is
    ``good`` seconds old. ``fetch`` may raise PartnerError or ValueError; ``name`` begins the log
    event that says so.
    """

    name: str
    fetch: Callable[[], Awaitable[T]]
    now: Callable[[], float]
    fresh: float
    good: float = float("inf")
    _kept: T | None = None
    _fetched: float = float("-inf")
    _asked: float = float("-inf")
    _question: "asyncio.Task[None] | None" = None

    async def current(self) -> T | None:
        """What is kept; None when there has never been an answer, or none for too long."""
        age = self.now() - self._fetched
        if age > self.good:
            self._kept = None
        if self._kept is None:
            await self._ask()
        elif age > OLD:
            self._asking()
        return self._kept

    async def renewed(self) -> T | None:
        """What is published now; None when that cannot be found out."""
        if not self.certain:
            await self._ask()
        return self._kept if self.certain else None

    @property
    def certain(self) -> bool:
        """Whether what is kept was fetched so lately that asking again would be hammering."""
        return self.now() - self._fetched < self.fresh

    async def _ask(self) -> None:
        """Wait for the answer; who gives up waiting does not take the question back."""
        if (question := self._asking()) is not None:
            await asyncio.shield(question)

    def _asking(self) -> "asyncio.Task[None] | None":
        """The question that is out, or a new one; None when it is too early for another."""
        if self._question is None or self._question.done():
            self._question = None
            if self.now() - self._asked >= (IMPATIENT if self._kept is None else self.fresh):
                self._asked = self.now()
                self._question = asyncio.create_task(self._renew())
        return self._question

    async def _renew(self) -> None:
        try:
            self._kept = await self.fetch()
        except (PartnerError, ValueError) as error:
            log.warning(f"{self.name}.unavailable", reason=type(error).__name__)
            return
        self._fetched = self.now()
