"""One look at everything that is measured, for Prometheus."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from adapters.metrics import Metrics
from domain.errors import DomainError
from domain.policies.breaker import Breaker
from domain.standing import Standing

PATIENCE = 2.0
"""Seconds for storage to answer; without it the rest is shown."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scrape:
    """``check`` raises when storage cannot be written; ``look`` is the one question to it."""

    metrics: Metrics
    check: Callable[[], Awaitable[None]]
    look: Callable[[], Awaitable[Standing]]
    breaker: Breaker

    async def __call__(self) -> bytes:
        standing = self.metrics.standing
        standing.found = await _answered(self.look)
        standing.up = standing.found is not None and await _answered(self._checked) is not None
        self.metrics.breaker_open.set(self.breaker.open)
        return self.metrics.text()

    async def _checked(self) -> bool:
        await self.check()
        return True


async def _answered(ask: Callable[[], Awaitable[T]]) -> T | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await ask()
    except (TimeoutError, DomainError):
        return None
