"""Start a meeting once, however often the call comes and whoever dies meanwhile."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import BookUnavailableError, DomainError, Partner, PartnerTimeoutError
from domain.meeting import Meeting
from domain.ports import Openings
from domain.receipt import Begun, Receipts, Repeatable

CLOCKS_DIFFER = 5.0
"""Seconds that the provider's clock may be behind ours."""


@dataclass(frozen=True, slots=True)
class StartOnce:
    """A call that ended without an answer leaves its receipt; the next one first looks for a
    meeting that came of it. Errors are not stored.
    """

    rooms: Openings
    receipts: Receipts
    now: Callable[[], float]
    new_id: Callable[[], str]
    lease: float
    while_live: bool = False

    async def __call__(self, start: Repeatable, title: str) -> Meeting | None:
        """None while another call does it. Raises KeyReusedError."""
        now = self.now()
        begun = await self.receipts.begin(
            start, self.new_id(), now=now, due=now + self.lease, while_live=self.while_live
        )
        if not isinstance(begun, Begun):
            return begun
        try:
            return await self._started(begun, title)
        except DomainError as error:
            with contextlib.suppress(BookUnavailableError):
                await self._give_up(begun, error)
            raise

    async def _started(self, begun: Begun, title: str) -> Meeting:
        """Nothing is opened once the lease has ended: the start may be another's then."""
        try:
            async with asyncio.timeout(self.lease):
                meeting = await self._adopted(begun, title)
                if meeting is None:
                    meeting = await self.rooms.open(title)
                    await self.receipts.finish(begun, meeting, title, now=self.now())
                return meeting
        except TimeoutError as error:
            raise PartnerTimeoutError(Partner.VIDEO, "the lease of a start ended") from error

    async def _adopted(self, begun: Begun, title: str) -> Meeting | None:
        if not begun.taken_over:
            return None
        candidates = await self.rooms.opened_since(title, begun.begun - CLOCKS_DIFFER)
        return await self.receipts.adopt(begun, candidates, title, now=self.now())

    async def _give_up(self, begun: Begun, error: DomainError) -> None:
        """Where a meeting may have been opened all the same, the next call shall look for it."""
        if error.kind.later or begun.taken_over:
            await self.receipts.let_go(begun, now=self.now())
        else:
            await self.receipts.forget(begun)
