"""Audit lines of the command line wait in storage until a service has written them."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from adapters.storage.audit import StoredAuditLog, StoredAuditOutbox
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Store
from application.write_audit import WriteAudit
from domain.audit import AuditEvent, AuditLine
from tests.application.conftest import Clock

LINE = AuditLine(AuditEvent.DELIVERIES_RETRIED, "command-line", "inbox/1", "1")


@dataclass
class Written:
    """The audit log of a test."""

    lines: list[AuditLine] = field(default_factory=list)

    async def record(self, line: AuditLine) -> None:
        self.lines.append(line)


async def test_lines_are_written_once_in_their_order_with_the_time_they_happened(
    store: Store,
) -> None:
    outbox, log = StoredAuditOutbox(store), Written()
    write = WriteAudit(outbox, log)
    for clock in (Clock(5.0), Clock(6.0)):
        await StoredAuditLog(outbox, Written(), clock).record(LINE)

    await write()
    await write()

    assert log.lines == [replace(LINE, at=5.0), replace(LINE, at=6.0)]
    assert await outbox.waiting(9) == []


async def test_a_line_that_cannot_be_stored_is_written_at_once(tmp_path: Path) -> None:
    otherwise, store = Written(), await SqliteStore.open(tmp_path / "storage.db")
    await store.close()

    await StoredAuditLog(StoredAuditOutbox(store), otherwise, Clock(5.0)).record(LINE)

    assert otherwise.lines == [LINE]
