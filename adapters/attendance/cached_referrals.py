"""Referrals from a cache: for a moment, and for an hour while the attendance service fails."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.errors import DomainError, Partner, PartnerUnavailableError, UnknownReferralError
from domain.policies.breaker import Breaker
from domain.ports.attendance import Attendance
from domain.referral import Referral, ReferralId

FRESH = 15.0
"""Seconds that a referral is served from the cache: a doctor who is chosen now waits as long."""
STALE = 3600.0
"""Seconds that it is served while the attendance service fails: it cannot change meanwhile."""
PATIENCE = 2.0
"""Seconds to wait for the attendance service: callers are answered in 2.5."""
MOST = 10_000


class CachedReferral(NamedTuple):
    """A referral and when it was read, in seconds of a clock that only ever rises."""

    referral: Referral
    read: float


@dataclass(slots=True)
class CachedReferrals:
    """A referral that is not there is not cached: it may be there the next moment.

    While the breaker is open the attendance service is not asked. The breaker is not told how these
    calls went: callers choose what is asked for, and could open it for everybody.
    """

    attendance: Attendance
    breaker: Breaker
    now: Callable[[], float]
    _cached: "OrderedDict[ReferralId, CachedReferral]" = field(default_factory=OrderedDict)

    async def __call__(self, referral: ReferralId) -> Referral | None:
        cached = self._cached.get(referral)
        if cached and self.now() - cached.read < FRESH:
            return cached.referral
        try:
            read = await self._read(referral)
        except UnknownReferralError:
            self._cached.pop(referral, None)
            return None
        except (DomainError, TimeoutError) as error:
            if cached and self.now() - cached.read < STALE:
                return cached.referral
            raise PartnerUnavailableError(
                Partner.ATTENDANCE, "the referral cannot be read"
            ) from error
        self._keep(read)
        return read

    async def _read(self, referral: ReferralId) -> Referral:
        if not self.breaker.allows():
            raise PartnerUnavailableError(Partner.ATTENDANCE, "not asked while it is failing")
        async with asyncio.timeout(PATIENCE):
            return await self.attendance.referral(referral)

    def _keep(self, referral: Referral) -> None:
        self._cached[referral.id] = CachedReferral(referral, self.now())
        self._cached.move_to_end(referral.id)
        if len(self._cached) > MOST:
            self._cached.popitem(last=False)
