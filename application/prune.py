"""Forget in time: bodies of webhooks, idempotency records, all that is known of old meetings."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.idempotency import KEPT
from domain.ports.retention import Retention

DAY = 86_400.0
SETTLED = 30 * DAY
DEAD = 90 * DAY
EXPIRED = 180 * DAY
BATCH = 1000
EXPIRING = 200
"""Smaller, because each takes whatever else is known of its meeting with it."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many bodies were dropped, and how many meetings and notes of meetings expired."""

    bodies: int = 0
    meetings: int = 0


@dataclass(frozen=True, slots=True)
class Prune:
    """A body names doctors; once it is settled, only a repeat could need its key, which stays.

    What is known of a meeting expires 180 days after its last fact.
    """

    retention: Retention
    now: Callable[[], float]

    async def __call__(self) -> Pruned:
        """In bounded batches, until nothing is left that is over its time."""
        now, bodies, meetings = self.now(), 0, 0
        await self.retention.prune_idempotency(claimed_before=now - KEPT)
        while some := await self.retention.prune(
            settled_before=now - SETTLED, dead_before=now - DEAD, limit=BATCH
        ):
            bodies += some
        while some := await self.retention.expire(before=now - EXPIRED, limit=EXPIRING):
            meetings += some
        return Pruned(bodies, meetings)
