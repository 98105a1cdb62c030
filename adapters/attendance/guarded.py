"""Attendance that tells a circuit breaker how each call went."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from domain.breaker import Breaker
from domain.errors import DomainError
from domain.ports import Attendance
from domain.referral import Presence, Referral, ReferralId

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GuardedAttendance:
    """It refuses nothing itself: whether to try is for those who have something else to do."""

    attendance: Attendance
    breaker: Breaker

    async def referral(self, referral: ReferralId) -> Referral:
        return await self._counted(self.attendance.referral(referral))

    async def mark(self, presence: Presence) -> None:
        await self._counted(self.attendance.mark(presence))

    async def _counted(self, call: Awaitable[T]) -> T:
        try:
            result = await call
        except asyncio.CancelledError:
            self.breaker.failed()
            raise
        except DomainError as error:
            if error.kind.later:
                self.breaker.failed()
            else:
                self.breaker.succeeded()
            raise
        self.breaker.succeeded()
        return result
