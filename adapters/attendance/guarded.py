"""Attendance behind a circuit breaker that learns how each call went."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from domain.errors import (
    DomainError,
    Partner,
    PartnerDeclinedError,
    PartnerUnavailableError,
)
from domain.policies.breaker import Breaker
from domain.policies.retries import Retries
from domain.ports.attendance import Attendance
from domain.presence import Seat
from domain.referral import Referral, ReferralId

T = TypeVar("T")


A_FAIR_CHANCE = 1.0
"""Seconds after which a call that we cut off counts as the partner's failure, not ours."""


@dataclass(frozen=True, slots=True)
class GuardedAttendance:
    """While the breaker is open only its probes get through; the rest is unavailable at once.

    So is a referral that failed before, while ``retries`` allows no more of those.
    """

    attendance: Attendance
    breaker: Breaker
    retries: Retries = field(default_factory=Retries)

    async def referral(self, referral: ReferralId) -> Referral:
        return await self._guarded(referral, lambda: self.attendance.referral(referral))

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        await self._guarded(
            seat.referral, lambda: self.attendance.set_in_meeting(seat, in_meeting=in_meeting)
        )

    async def _guarded(self, item: str, call: Callable[[], Awaitable[T]]) -> T:
        if not self.breaker.allows():
            raise PartnerUnavailableError(Partner.ATTENDANCE, "not asked while it is failing")
        if item not in self.breaker.failing:
            return await self._heard(item, call)
        if not self.retries.take():
            raise PartnerUnavailableError(Partner.ATTENDANCE, "not asked: others failed before too")
        try:
            return await self._heard(item, call)
        finally:
            self.retries.done(well=item not in self.breaker.failing)

    async def _heard(self, item: str, call: Callable[[], Awaitable[T]]) -> T:
        began, started = self.breaker.trying(), self.breaker.now()
        try:
            result = await call()
        except asyncio.CancelledError:
            if self.breaker.now() - started >= A_FAIR_CHANCE:
                self.breaker.failed(item, began)
            raise
        except DomainError as error:
            self._weigh(item, error, began)
            raise
        self.breaker.succeeded(item)
        return result

    def _weigh(self, item: str, error: DomainError, began: int) -> None:
        """What is said of one item says nothing about the partner, save that it is there again."""
        if not error.about_item:
            if error.kind.later:
                self.breaker.failed(item, began)
            else:
                self.breaker.succeeded(item)
        elif self.breaker.open and isinstance(error, PartnerDeclinedError):
            self.breaker.succeeded(item)
