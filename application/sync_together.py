"""Synchronise all seats that one event concerns: told side by side, settled in one transaction."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from application.sync_presence import SyncOutcome, SyncPresence
from domain.claims import ClaimedSeat, Settled
from domain.ports.presence import PresenceUpdates

TOGETHER = 0.1
"""Seconds that one seat waits for the others. One whose update hangs is settled later, so that it
holds up no report of another."""

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

        A caller that is cancelled, or storage that fails, cuts off what is still being told.
        """
        if not claimed:
            return []
        telling = [asyncio.create_task(self.sync.told(one, deadline)) for one in claimed]
        try:
            soon, late = await asyncio.wait(telling, timeout=TOGETHER)
            await self._settle(soon)
            if late:
                await asyncio.wait(late)
                await self._settle(late)
        finally:
            for one in telling:
                one.cancel()
        return [_outcome(one) for one in telling]

    async def _settle(self, told: Collection[Telling]) -> None:
        settled = [one.result() for one in told if not one.exception()]
        if some := [one for one in settled if one]:
            await self.updates.settle(*some)


def _outcome(told: Telling) -> SyncOutcome | BaseException:
    return told.exception() or (SyncOutcome.DONE if told.result() else SyncOutcome.LATER)
