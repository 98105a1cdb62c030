"""Write the audit lines that the command line left in storage to the service's own audit log."""

from dataclasses import dataclass

from domain.ports.operators import AuditLog, AuditOutbox

BATCH = 100


@dataclass(frozen=True, slots=True)
class WriteAudit:
    """A process that dies between the two steps writes a line twice rather than never."""

    outbox: AuditOutbox
    audit: AuditLog

    async def __call__(self) -> None:
        while lines := await self.outbox.waiting(BATCH):
            for number, line in lines:
                await self.audit.record(line)
                await self.outbox.delete(number)
