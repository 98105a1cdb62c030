"""Forget the bodies of webhooks in time, and receipts; the keys that recognise repeats stay."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.inbox import Retention
from domain.receipt import KEPT

DAY = 86_400.0
SETTLED = 30 * DAY
DEAD = 90 * DAY
BATCH = 1000


@dataclass(frozen=True, slots=True)
class PruneBodies:
    """A body names doctors; once it is settled, only a repeat could need its key."""

    retention: Retention
    now: Callable[[], float]

    async def __call__(self) -> int:
        """How many bodies were dropped."""
        now, dropped = self.now(), 0
        await self.retention.prune_receipts(begun_before=now - KEPT)
        while some := await self.retention.prune(
            settled_before=now - SETTLED, dead_before=now - DEAD, limit=BATCH
        ):
            dropped += some
        return dropped
