"""An operator reads one stored webhook with its body; the audit log says so."""

from dataclasses import dataclass

from domain.audit import AuditEvent, AuditLine
from domain.operator_view import DeliveryView
from domain.ports.operators import AuditLog, OperatorInbox


@dataclass(frozen=True, slots=True)
class ReadDelivery:
    """``who`` is as in ``AuditLine``."""

    inbox: OperatorInbox
    audit: AuditLog

    async def __call__(self, who: str, number: int) -> DeliveryView | None:
        """None when there is no webhook of that number."""
        entry = await self.inbox.delivery(number)
        body = entry and entry.body
        outcome = "nothing" if entry is None else "no body" if body is None else "its body"
        await self.audit.record(AuditLine(AuditEvent.BODY_READ, who, f"inbox/{number}", outcome))
        return entry
