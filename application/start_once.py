"""Run a start once per key, however often the call comes and whatever dies meanwhile."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.errors import DomainError, Partner, PartnerTimeoutError, StorageUnavailableError
from domain.idempotency import IdempotencyKey, StartClaim
from domain.meeting import Meeting, MeetingId
from domain.ports.starts import IdempotencyRecords

Start = Callable[[StartClaim], Awaitable[Meeting]]
"""Opens or finds the meeting and completes the claim with it."""


GIVING_UP = 1.0
"""Seconds to let a claim go; without storage it ends with its lease."""


@dataclass(frozen=True, slots=True)
class StartOnce:
    """``lease`` is how long one call may take, in seconds. Errors are not stored."""

    records: IdempotencyRecords
    now: Callable[[], float]
    new_key: Callable[[], str]
    lease: float

    async def __call__(
        self, key: IdempotencyKey, start: Start, *, replacing: MeetingId | None = None
    ) -> Meeting | None:
        """The meeting that came of the key; None while another call opens it. With ``replacing``
        that meeting counts as none.

        Raises KeyReusedError, or what ``start`` raises.
        """
        now = self.now()
        claim = await self.records.claim(
            key, self.new_key(), now=now, due=now + self.lease, replacing=replacing
        )
        if not isinstance(claim, StartClaim):
            return claim
        try:
            return await self._within_lease(start, claim)
        except BaseException as error:
            # A bug or a caller that is gone must not keep others waiting until the lease ends.
            with contextlib.suppress(StorageUnavailableError, TimeoutError):
                async with asyncio.timeout(GIVING_UP):
                    await self._give_up(claim, error)
            raise

    async def _within_lease(self, start: Start, claim: StartClaim) -> Meeting:
        """Nothing is opened once the lease has ended: another call may have the claim then."""
        try:
            async with asyncio.timeout(self.lease):
                return await start(claim)
        except TimeoutError as error:
            raise PartnerTimeoutError(Partner.VIDEO, "the lease of a start ended") from error

    async def _give_up(self, claim: StartClaim, error: BaseException) -> None:
        """Where a meeting may have been opened all the same, the next call must look for it."""
        refused = isinstance(error, DomainError) and not error.kind.later
        if refused and not claim.taken_over:
            await self.records.delete(claim)
        else:
            await self.records.release(claim, now=self.now())
