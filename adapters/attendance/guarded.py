"""Attendance behind a circuit breaker that learns how each call went."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from domain.errors import (
    DomainError,
    Partner,
    PartnerDeclinedError,
    PartnerUnavailableError,
)
from domain.policies.breaker import Breaker
from domain.ports.attendance import Attendance
from domain.presence import Seat
from domain.referral import Referral, ReferralId

T = TypeVar("T")


A_FAIR_CHANCE = 1.0
"""Seconds after which a call that we cut off counts as the partner's failure, not ours."""


@dataclass(frozen=True, slots=True)
class GuardedAttendance:
    """While the breaker is open only its probes get through; the rest is unavailable at once."""

    attendance: Attendance
    breaker: Breaker

    async def referral(self, referral: ReferralId) -> Referral:
        return await self._guarded(lambda: self.attendance.referral(referral))

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        await self._guarded(lambda: self.attendance.set_in_meeting(seat, in_meeting=in_meeting))

    async def _guarded(self, call: Callable[[], Awaitable[T]]) -> T:
        if not self.breaker.allows():
            raise PartnerUnavailableError(Partner.ATTENDANCE, "not asked while it is failing")
        self.breaker.trying()
        started = self.breaker.now()
        try:
            result = await call()
        except asyncio.CancelledError:
            if self.breaker.now() - started >= A_FAIR_CHANCE:
                self.breaker.failed()
            raise
        except DomainError as error:
            self._heard(error)
            raise
        self.breaker.succeeded()
        return result

    def _heard(self, error: DomainError) -> None:
        """What is said of one item says nothing about the partner, save that it is there again."""
        if not error.about_item:
            if error.kind.later:
                self.breaker.failed()
            else:
                self.breaker.succeeded()
        elif self.breaker.open and isinstance(error, PartnerDeclinedError):
            self.breaker.succeeded()
