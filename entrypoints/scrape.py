"""One look at everything that is measured, for Prometheus."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.metrics import Metrics
from domain.errors import DomainError
from domain.policies.breaker import Breaker
from domain.standing import Standing

PATIENCE = 2.0
"""Seconds for storage to answer; without it the rest is shown."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """``look`` is the one question to storage."""

    metrics: Metrics
    look: Callable[[], Awaitable[Standing]]
    breaker: Breaker

    async def __call__(self) -> bytes:
        self.metrics.standing.found = await self._found()
        self.metrics.breaker_open.set(self.breaker.open)
        return self.metrics.text()

    async def _found(self) -> Standing | None:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.look()
        except (TimeoutError, DomainError):
            return None
