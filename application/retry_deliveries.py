"""An operator has dead letters tried again."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.audit import AuditEvent, AuditLine
from domain.ports.operators import AuditLog, OperatorInbox


@dataclass(frozen=True, slots=True)
class RetryDeliveries:
    """``who`` is as in ``AuditLine``."""

    inbox: OperatorInbox
    audit: AuditLog
    now: Callable[[], float]

    async def __call__(
        self, who: str, *, number: int | None = None, since: float | None = None
    ) -> int:
        """One dead webhook; or those received since then; or with neither all of them, and the
        updates that were refused for good. Returns how many are due again."""
        count = await self.inbox.retry(number=number, since=since, now=self.now())
        what = "inbox" if number is None else f"inbox/{number}"
        await self.audit.record(AuditLine(AuditEvent.DELIVERIES_RETRIED, who, what, str(count)))
        return count
