"""Calls to one partner, measured and traced; and whether that partner can be used."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from adapters.metrics import CANCELLED, OK, OTHER, PARTNERS, Metrics
from adapters.trace import Spans
from domain.errors import DomainError, Partner

MANY = 3
"""Failures in a row, none of them about one item alone, that make a partner unavailable."""

NOT_EVERYWHERE = {"live_pages", "registrations"}
"""What a provider may not have, or not for our credentials: that it fails says nothing."""

ELSEWHERE = {"webhook_key"}
"""What another machine may answer: neither its answer nor its silence says anything."""

T = TypeVar("T")

log = structlog.get_logger()


@dataclass(slots=True)
class PartnerState:
    """Whether a partner can be used, by how its newest calls went.

    It is coming back from its first answer after that. The caller says ``is_back`` when what waited
    is through. ``now`` only rises (seconds).
    """

    partner: Partner
    metrics: Metrics
    now: Callable[[], float]
    unavailable: bool = False
    answered_at: float | None = None
    _row: int = 0
    _since: float = 0.0

    def failed(self, error: DomainError) -> None:
        """It did not do what was asked. What it says of one item shows that it is there."""
        if error.about_item or not error.kind.later:
            self.answered()
            return
        self.answered_at = None
        self._since = self._since if self._row else self.now()
        self._row += 1
        if self._row >= MANY and not self.unavailable:
            self.unavailable = True
            self.metrics.partner_unavailable[self.partner].set(1)
            log.error("partner.unavailable", partner=self.partner.value, why=str(error))

    def answered(self) -> None:
        """It is there. After ``partner.unavailable``, what waits is on its way."""
        if not self.unavailable:
            self._row = 0
        elif self.answered_at is None:
            self.answered_at = self.now()

    def is_back(self, *, waited: int, through: int) -> None:
        """``waited`` items waited for it, of which so many are through by now."""
        until = self.now() if self.answered_at is None else self.answered_at
        log.warning(
            "partner.back",
            partner=self.partner.value,
            after_s=round(until - self._since, 1),
            waited=waited,
            through=through,
        )
        self.metrics.partner_unavailable[self.partner].set(0)
        self.unavailable, self.answered_at, self._row = False, None, 0


@dataclass(frozen=True, slots=True)
class PartnerCalls:
    """Stands around each call to a partner."""

    state: PartnerState
    metrics: Metrics
    spans: Spans | None = None
    clock: Callable[[], float] = field(default=time.perf_counter)

    async def __call__(self, operation: str, call: Callable[[], Awaitable[T]]) -> T:
        if self.spans is None:
            return await self._measured(operation, call)
        with self.spans.call(self.state.partner, operation):
            return await self._measured(operation, call)

    async def _measured(self, operation: str, call: Callable[[], Awaitable[T]]) -> T:
        started, result = self.clock(), OTHER
        try:
            value = await call()
        except DomainError as error:
            result = error.slug
            if operation not in NOT_EVERYWHERE | ELSEWHERE:
                self.state.failed(error)
            raise
        except asyncio.CancelledError:
            result = CANCELLED
            raise
        else:
            result = OK
            if operation not in ELSEWHERE:
                self.state.answered()
            return value
        finally:
            self._count(operation, result, self.clock() - started)

    def _count(self, operation: str, result: str, seconds: float) -> None:
        about = (PARTNERS[self.state.partner], operation)
        series = self.metrics.partner_calls
        (series.get((*about, result)) or series[*about, OTHER]).inc()
        self.metrics.partner_seconds[about].observe(seconds)
