"""AuditLog and AuditOutbox: lines of the command line, until a service writes them to its log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.storage.transaction import Store, Transaction, in_transaction
from domain.audit import AuditEvent, AuditLine
from domain.errors import StorageUnavailableError
from domain.ports.operators import AuditLog

ADD = "INSERT INTO audit (at, event, who, what, outcome) VALUES ($1, $2, $3, $4, $5)"
WAITING = "SELECT id, at, event, who, what, outcome FROM audit ORDER BY id LIMIT $1"
DELETE = "DELETE FROM audit WHERE id = $1"


@dataclass(frozen=True, slots=True)
class StoredAuditLog:
    """``otherwise`` gets the line when the database cannot be written."""

    outbox: "StoredAuditOutbox"
    otherwise: AuditLog
    now: Callable[[], float]

    async def record(self, line: AuditLine) -> None:
        try:
            await self.outbox.add(line, at=self.now())
        except StorageUnavailableError:
            await self.otherwise.record(line)


@dataclass(frozen=True, slots=True)
class StoredAuditOutbox:
    """Oldest first."""

    store: Store

    @in_transaction
    def add(self, line: AuditLine, *, at: float) -> Transaction[None]:
        yield ADD, (at, line.event, line.who, line.what, line.outcome)

    @in_transaction
    def waiting(self, limit: int) -> Transaction[Sequence[tuple[int, AuditLine]]]:
        rows = yield WAITING, (limit,)
        return [
            (
                row["id"],
                AuditLine(
                    AuditEvent(row["event"]), row["who"], row["what"], row["outcome"], row["at"]
                ),
            )
            for row in rows
        ]

    @in_transaction
    def delete(self, number: int) -> Transaction[None]:
        yield DELETE, (number,)
