"""Referrals from a cache: for a moment, and for an hour while the attendance service fails."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.errors import DomainError, Partner, PartnerUnavailableError, UnknownReferralError
from domain.policies.breaker import Breaker
from domain.policies.refusal import AGREED
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
    """A referral, when it was read, and since when it is said not to be there: seconds of a clock
    that only ever rises."""

    referral: Referral
    read: float
    gone: float | None = None


@dataclass(slots=True)
class CachedReferrals:
    """A referral that is not there is not cached: it may be there the next moment. One that was
    read lately is believed to be gone when that is said again after ten minutes (decision 17).

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
            return self._unless_gone(referral, cached)
        except (DomainError, TimeoutError) as error:
            if cached and self.now() - cached.read < STALE:
                return cached.referral
            raise PartnerUnavailableError(
                Partner.ATTENDANCE, "the referral cannot be read"
            ) from error
        self._keep(read)
        return read

    def known(self, referral: ReferralId) -> Referral | None:
        """As it was read last, however long ago; the attendance service is not asked."""
        cached = self._cached.get(referral)
        return None if cached is None else cached.referral

    async def _read(self, referral: ReferralId) -> Referral:
        if not self.breaker.allows():
            raise PartnerUnavailableError(Partner.ATTENDANCE, "not asked while it is failing")
        async with asyncio.timeout(PATIENCE):
            return await self.attendance.referral(referral)

    def _unless_gone(self, referral: ReferralId, cached: CachedReferral | None) -> Referral | None:
        if cached is None:
            return None
        now = self.now()
        gone = now if cached.gone is None else cached.gone
        if now - gone >= AGREED or now - cached.read >= STALE:
            self._cached.pop(referral, None)
            return None
        self._cached[referral] = cached._replace(gone=gone)
        return cached.referral

    def _keep(self, referral: Referral) -> None:
        self._cached[referral.id] = CachedReferral(referral, self.now())
        self._cached.move_to_end(referral.id)
        if len(self._cached) > MOST:
            self._cached.popitem(last=False)
