"""Synchronise all seats that one event concerns: told side by side, settled in one transaction."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from application.sync_presence import SyncOutcome, SyncPresence
from domain.claims import ClaimedSeat, Settled
from domain.ports.presence import PresenceUpdates

TOGETHER = 0.1
"""Seconds that one seat waits for the others. Whichever takes longer is settled by itself, so that
an update that hangs holds up nobody else."""

Telling = asyncio.Task[Settled | None]


@dataclass(frozen=True, slots=True)
class SyncTogether:
    """Of a few seats, each as ``SyncPresence`` does it."""

    sync: SyncPresence
    updates: PresenceUpdates

    async def __call__(
        self, claimed: Sequence[ClaimedSeat], deadline: float | None = None
    ) -> Sequence[SyncOutcome | BaseException]:
        """What became of each, in their order. ``deadline`` is in the event loop's time.

        Raises StorageUnavailableError when all are through and some could not be settled.
        """
        if not claimed:
            return []
        telling = [asyncio.create_task(self.sync.told(one, deadline)) for one in claimed]
        try:
            soon, late = await asyncio.wait(telling, timeout=TOGETHER)
            settling = [self._settled(soon), *(self._settled({one}) for one in late)]
            results = await asyncio.gather(*settling, return_exceptions=True)
        finally:
            for one in telling:
                one.cancel()
        for result in results:
            if result is not None:
                raise result
        return [_outcome(one) for one in telling]

    async def _settled(self, telling: Collection[Telling]) -> None:
        """Once all of these are through."""
        if telling:
            await asyncio.wait(telling)
        told = [one.result() for one in telling if not one.exception()]
        if settled := [one for one in told if one]:
            await self.updates.settle(*settled)


def _outcome(told: Telling) -> SyncOutcome | BaseException:
    return told.exception() or (SyncOutcome.DONE if told.result() else SyncOutcome.LATER)
