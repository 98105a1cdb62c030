"""Receipts: a start is claimed, finished, let go or forgotten by one caller at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from adapters.book.marking import NOTE_MEETING
from adapters.book.steps import Row, Steps, Store, transaction
from domain.errors import KeyReusedError, StartInProgressError
from domain.meeting import Meeting
from domain.receipt import KEPT, Begun, Repeatable

READ = """
SELECT fingerprint, begun, holder, due, answer, EXISTS (
    SELECT 1 FROM facts WHERE facts.meeting = receipts.meeting AND kind = 'session-ended'
) AS ended
FROM receipts WHERE key = $1
"""
LOCK = """
INSERT INTO receipts (key, fingerprint, begun) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET fingerprint = receipts.fingerprint
"""
TAKE = """
UPDATE receipts SET fingerprint = $2, begun = $3, holder = $4, due = $5,
    meeting = NULL, answer = NULL
WHERE key = $1
"""
HOLD = """
UPDATE receipts SET due = due WHERE key = $1 AND holder = $2 AND answer IS NULL RETURNING key
"""
FINISH = "UPDATE receipts SET due = NULL, meeting = $2, answer = $3 WHERE key = $1"
NOTE_UNKNOWN = """
INSERT INTO meetings (meeting, title, noted) VALUES ($1, $2, $3)
ON CONFLICT (meeting) DO NOTHING
RETURNING id
"""
LET_GO = "UPDATE receipts SET due = $3 WHERE key = $1 AND holder = $2 AND answer IS NULL"
FORGET = "DELETE FROM receipts WHERE key = $1 AND holder = $2 AND answer IS NULL"
PRUNE_RECEIPTS = "DELETE FROM receipts WHERE begun <= $1 AND (due IS NULL OR due <= $1)"


@dataclass(frozen=True, slots=True)
class ReceiptBook:
    """Looking costs one read; only a receipt that can be claimed is locked and looked at again."""

    store: Store

    @transaction
    def begin(
        self, start: Repeatable, holder: str, *, now: float, due: float, while_live: bool = False
    ) -> Steps[Begun | Meeting | None]:
        rows = yield READ, (start.key,)
        if not rows or _is_free(rows[0], now, while_live=while_live):
            yield LOCK, (start.key, start.fingerprint, now)
            rows = yield READ, (start.key,)
        (row,) = rows
        anew = _is_over(row, now, while_live=while_live)
        if not anew and row["fingerprint"] != start.fingerprint:
            raise KeyReusedError("an idempotency key came again with another body")
        if not _is_free(row, now, while_live=while_live):
            return None if row["answer"] is None else Meeting(**orjson.loads(row["answer"]))
        begun = now if anew else row["begun"]
        yield TAKE, (start.key, start.fingerprint, begun, holder, due)
        taken_over = row["holder"] is not None and not anew
        return Begun(start.key, holder, begun, taken_over)

    @transaction
    def finish(self, begun: Begun, meeting: Meeting, title: str, *, now: float) -> Steps[None]:
        yield from _held(begun)
        yield NOTE_MEETING, (meeting.id, title, now)
        yield _finished(begun, meeting)

    @transaction
    def adopt(
        self, begun: Begun, candidates: Sequence[Meeting], title: str, *, now: float
    ) -> Steps[Meeting | None]:
        yield from _held(begun)
        for meeting in candidates:
            noted = yield NOTE_UNKNOWN, (meeting.id, title, now)
            if noted:
                yield _finished(begun, meeting)
                return meeting
        return None

    @transaction
    def let_go(self, begun: Begun, *, now: float) -> Steps[None]:
        yield LET_GO, (begun.key, begun.holder, now)

    @transaction
    def forget(self, begun: Begun) -> Steps[None]:
        yield FORGET, (begun.key, begun.holder)


def _held(begun: Begun) -> Steps[None]:
    rows = yield HOLD, (begun.key, begun.holder)
    if not rows:
        raise StartInProgressError("another call has taken this start over")


def _finished(begun: Begun, meeting: Meeting) -> tuple[str, tuple[object, ...]]:
    return FINISH, (begun.key, meeting.id, orjson.dumps(meeting).decode())


def _is_running(row: Row, now: float) -> bool:
    return row["answer"] is None and row["due"] is not None and row["due"] > now


def _is_over(row: Row, now: float, *, while_live: bool) -> bool:
    """Whether it says nothing any more, and a start under its key is a new one."""
    if _is_running(row, now):
        return False
    return row["begun"] <= now - KEPT or (while_live and bool(row["ended"]))


def _is_free(row: Row, now: float, *, while_live: bool) -> bool:
    """Whether it can be claimed: over, or left by whoever had it."""
    left = row["answer"] is None and not _is_running(row, now)
    return left or _is_over(row, now, while_live=while_live)
