"""Watch who is in a referral's meetings, for as long as one may."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from application.rights import Rights
from application.watched import Watched
from domain.caller import Caller, Doctor
from domain.errors import InvalidCredentialsError, PartnerUnavailableError
from domain.referral import ReferralId
from domain.who_is_there import MeetingShown, WhoIsThere

ASKED_EACH = 60.0
"""Seconds between two questions whether the caller still may."""


@dataclass(frozen=True, slots=True)
class WatchPresence:
    """``now`` is the machine's clock, in seconds since the epoch: credentials expire by it."""

    rights: Rights
    watched: Watched[ReferralId, tuple[MeetingShown, ...]]
    now: Callable[[], float]
    asked_each: float = ASKED_EACH

    async def __call__(self, caller: Caller, referral: ReferralId) -> AsyncGenerator[WhoIsThere]:
        """Who is there now, and again at each change; of several at once only the last.

        Raises as ``Rights.to_see``, at the first step or, when the right is gone, later: only that
        the attendance service is away ends nothing. Raises InvalidCredentialsError once the
        caller's credential has expired, and StorageUnavailableError.
        """
        known = await self.rights.to_see(caller, referral)
        with self.watched.watching(referral) as watcher:
            loop = asyncio.get_running_loop()
            ask = loop.time() + self.asked_each
            meetings, told = await watcher.next(), None
            while True:
                newest = WhoIsThere(referral, known, meetings)
                if newest != told:
                    told = newest
                    yield newest
                left = self._left(caller)
                try:
                    async with asyncio.timeout_at(min(ask, loop.time() + left)):
                        meetings = await watcher.next()
                except TimeoutError:
                    if loop.time() >= ask:
                        known = await self._still_may(caller, referral)
                        ask = loop.time() + self.asked_each

    def _left(self, caller: Caller) -> float:
        """Seconds for which the credential is still good."""
        if not isinstance(caller, Doctor) or caller.expires is None:
            return self.asked_each
        left = caller.expires - self.now()
        if left <= 0:
            raise InvalidCredentialsError("a token expired while its stream went on")
        return left

    async def _still_may(self, caller: Caller, referral: ReferralId) -> bool:
        try:
            return await self.rights.to_see(caller, referral)
        except PartnerUnavailableError:
            return False
