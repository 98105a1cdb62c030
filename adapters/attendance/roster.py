"""A referral's doctors, remembered for a moment, and for longer while nobody can be asked."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from domain.breaker import Breaker
from domain.errors import DomainError, Partner, PartnerUnavailableError, UnknownReferralError
from domain.ports import Attendance
from domain.referral import Referral, ReferralId

FRESH = 15.0
"""Seconds; a doctor who is chosen now may have to wait so long to get in."""
STALE = 3600.0
"""Seconds that a roster serves while the attendance service fails; nobody changes it meanwhile."""
PATIENCE = 2.0
"""Seconds to wait for the attendance service: callers are answered in 2.5."""
MOST = 10_000


class Known(NamedTuple):
    """A referral and when it was read, in seconds of a clock that only ever rises."""

    referral: Referral
    read: float


@dataclass(slots=True)
class RememberedRoster:
    """The ``Roster`` over the attendance service. A referral that is not there is not remembered:
    it may be there the next moment.

    While the breaker is open nobody is asked; but it is not told how these calls went, because
    callers choose what is asked for, and could open it for everybody.
    """

    attendance: Attendance
    breaker: Breaker
    now: Callable[[], float]
    _known: "OrderedDict[ReferralId, Known]" = field(default_factory=OrderedDict)

    async def __call__(self, referral: ReferralId) -> Referral | None:
        known = self._known.get(referral)
        if known and self.now() - known.read < FRESH:
            return known.referral
        try:
            read = await self._read(referral)
        except UnknownReferralError:
            self._known.pop(referral, None)
            return None
        except (DomainError, TimeoutError) as error:
            if known and self.now() - known.read < STALE:
                return known.referral
            raise PartnerUnavailableError(Partner.ATTENDANCE, "no roster to be had") from error
        self._remember(read)
        return read

    async def _read(self, referral: ReferralId) -> Referral:
        if not self.breaker.allows():
            raise PartnerUnavailableError(Partner.ATTENDANCE, "not asked while it is failing")
        async with asyncio.timeout(PATIENCE):
            return await self.attendance.referral(referral)

    def _remember(self, referral: Referral) -> None:
        self._known[referral.id] = Known(referral, self.now())
        self._known.move_to_end(referral.id)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
