"""An operator ends a webhook that waits or is dead."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.audit import AuditEvent, AuditLine
from domain.ports.operators import AuditLog, OperatorInbox


@dataclass(frozen=True, slots=True)
class DiscardDelivery:
    """``who`` is as in ``AuditLine``."""

    inbox: OperatorInbox
    audit: AuditLog
    now: Callable[[], float]

    async def __call__(self, who: str, number: int, why: str) -> bool:
        """False when no webhook of that number waits or is dead."""
        discarded = await self.inbox.discard(number, why, now=self.now())
        outcome = str(int(discarded))
        line = AuditLine(AuditEvent.DELIVERY_DISCARDED, who, f"inbox/{number}", outcome)
        await self.audit.record(line)
        return discarded
