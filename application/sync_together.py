"""Synchronise all seats that one event concerns: told side by side, settled in one transaction."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from application.sync_presence import SyncOutcome, SyncPresence
from domain.claims import ClaimedSeat, Settled
from domain.errors import StorageUnavailableError
from domain.ports.presence import PresenceUpdates

TOGETHER = 0.1
"""Seconds that a seat which is told waits for the others, to be settled with them. One whose update
hangs holds up nobody else."""

Telling = asyncio.Task[Settled | None]


@dataclass(frozen=True, slots=True)
class SyncTogether:
    """Does for a few seats at once what ``SyncPresence`` does for one."""

    sync: SyncPresence
    updates: PresenceUpdates

    async def __call__(
        self, claimed: Sequence[ClaimedSeat], deadline: float | None = None
    ) -> Sequence[SyncOutcome | BaseException]:
        """What became of each, in their order. ``deadline`` is in the event loop's time.

        Raises StorageUnavailableError when all are through and some could not be settled.
        """
        telling = [asyncio.create_task(self.sync.told(one, deadline)) for one in claimed]
        left, failure = {*telling}, None
        try:
            while left:
                through, left = await _next(left)
                try:
                    await self._settle(through)
                except StorageUnavailableError as error:
                    failure = error
        finally:
            await _end(left)
        if failure:
            raise failure
        return [_outcome(one) for one in telling]

    async def _settle(self, told: Collection[Telling]) -> None:
        if settled := [one for telling in told if isinstance(one := _result(telling), Settled)]:
            await self.updates.settle(*settled)


async def _next(telling: set[Telling]) -> tuple[set[Telling], set[Telling]]:
    """The first that is through with those that are soon after it, and those that are left."""
    first, others = await asyncio.wait(telling, return_when=asyncio.FIRST_COMPLETED)
    if not others:
        return first, others
    soon, left = await asyncio.wait(others, timeout=TOGETHER)
    return first | soon, left


async def _end(telling: Collection[Telling]) -> None:
    for one in telling:
        one.cancel()
    if telling:
        await asyncio.wait(telling)


def _result(told: Telling) -> Settled | BaseException | None:
    if told.cancelled():
        return asyncio.CancelledError()
    return told.exception() or told.result()


def _outcome(told: Telling) -> SyncOutcome | BaseException:
    result = _result(told)
    if isinstance(result, BaseException):
        return result
    return SyncOutcome.DONE if result else SyncOutcome.LATER
