"""Delete what is over its time: bodies of webhooks, idempotency records, replaced secrets,
meetings long over."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.idempotency import KEPT
from domain.ports.retention import Retention

DAY = 86_400.0
SETTLED = 30 * DAY
DEAD = 90 * DAY
EXPIRED = 180 * DAY
TICKETS = DAY
"""Twice as long as a ticket lasts, so that it does not matter whose clock is wrong."""
BATCH = 100
"""Rows that are deleted at once, and then a pause: others have to write too."""
MEETINGS = 20
FACTS = 200


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
    pause: Callable[[], Awaitable[None]]

    async def __call__(self) -> Pruned:
        """In bounded batches, until nothing is left that is over its time."""
        now, bodies, meetings = self.now(), 0, 0
        while await self.retention.prune_idempotency(
            claimed_before=now - KEPT, referrals_before=now - EXPIRED, limit=BATCH
        ):
            await self.pause()
        await self.retention.prune_secrets(replaced_before=now - TICKETS)
        while some := await self.retention.prune(
            settled_before=now - SETTLED, dead_before=now - DEAD, limit=BATCH
        ):
            bodies += some
            await self.pause()
        while some := await self.retention.expire(before=now - EXPIRED, limit=MEETINGS):
            meetings += some
            await self.pause()
        while await self.retention.clear(limit=FACTS):
            await self.pause()
        return Pruned(bodies, meetings)
