"""IdempotencyRecords: a start is claimed, completed, released or deleted by one call at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from adapters.storage.meetings import add_opened, say_opened
from adapters.storage.transaction import SKIP_LOCKED, Row, Store, Transaction, in_transaction
from domain.errors import KeyReusedError, StartInProgressError
from domain.idempotency import IdempotencyKey, StartClaim
from domain.meeting import Meeting, MeetingId

READ = """
SELECT fingerprint, since, holder, due, meeting, answer FROM idempotency_records WHERE key = $1
"""
LOCK = """
INSERT INTO idempotency_records (key, fingerprint, since) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET fingerprint = idempotency_records.fingerprint
"""
TAKE = """
UPDATE idempotency_records SET fingerprint = $2, since = $3, holder = $4, due = $5,
    meeting = NULL, answer = NULL
WHERE key = $1
"""
HOLD = """
UPDATE idempotency_records SET due = due
WHERE key = $1 AND holder = $2 AND answer IS NULL
RETURNING key
"""
COMPLETE = "UPDATE idempotency_records SET due = NULL, meeting = $2, answer = $3 WHERE key = $1"
NOTE_UNKNOWN = """
INSERT INTO meetings (meeting, title, noted, opened, version) VALUES ($1, $2, $3, $3, 1)
ON CONFLICT (meeting) DO NOTHING
RETURNING id
"""
RELEASE = (
    "UPDATE idempotency_records SET due = $3 WHERE key = $1 AND holder = $2 AND answer IS NULL"
)
DELETE = "DELETE FROM idempotency_records WHERE key = $1 AND holder = $2 AND answer IS NULL"
PRUNE_IDEMPOTENCY = f"""
WITH picked AS MATERIALIZED (
    SELECT key FROM idempotency_records
    WHERE (due IS NULL OR due <= $1) AND (
        (since <= $1 AND key NOT LIKE 'referral:%') OR (since <= $2 AND key LIKE 'referral:%')
    )
    LIMIT $3 {SKIP_LOCKED}
)
DELETE FROM idempotency_records WHERE key IN (SELECT key FROM picked)
RETURNING key
"""


@dataclass(frozen=True, slots=True)
class StoredIdempotencyRecords:
    """Looking costs one read; only a record that can be claimed is locked and read again."""

    store: Store

    @in_transaction
    def claim(
        self,
        key: IdempotencyKey,
        holder: str,
        *,
        now: float,
        due: float,
        replacing: MeetingId | None = None,
    ) -> Transaction[StartClaim | Meeting | None]:
        rows = yield READ, (key.key,)
        if not rows or _is_free(rows[0], now, key.kept, replacing):
            yield LOCK, (key.key, key.fingerprint, now)
            rows = yield READ, (key.key,)
        (row,) = rows
        anew = _is_over(row, now, key.kept, replacing)
        if not anew and row["fingerprint"] != key.fingerprint:
            raise KeyReusedError("an idempotency key came again with another body")
        if not _is_free(row, now, key.kept, replacing):
            return None if row["answer"] is None else Meeting(**orjson.loads(row["answer"]))
        since = now if anew else row["since"]
        yield TAKE, (key.key, key.fingerprint, since, holder, due)
        taken_over = row["holder"] is not None and not anew
        return StartClaim(key.key, holder, since, taken_over)

    @in_transaction
    def complete(
        self, claim: StartClaim, meeting: Meeting, title: str | None, *, now: float
    ) -> Transaction[None]:
        yield from _held(claim)
        if title is not None:
            yield from add_opened(meeting.id, title, now)
        yield _completed(claim, meeting)

    @in_transaction
    def adopt(
        self, claim: StartClaim, candidates: Sequence[Meeting], title: str, *, now: float
    ) -> Transaction[Meeting | None]:
        yield from _held(claim)
        for meeting in candidates:
            noted = yield NOTE_UNKNOWN, (meeting.id, title, now)
            if noted:
                yield from say_opened(meeting.id, title, now)
                yield _completed(claim, meeting)
                return meeting
        return None

    @in_transaction
    def release(self, claim: StartClaim, *, now: float) -> Transaction[None]:
        yield RELEASE, (claim.key, claim.holder, now)

    @in_transaction
    def delete(self, claim: StartClaim) -> Transaction[None]:
        yield DELETE, (claim.key, claim.holder)


def _held(claim: StartClaim) -> Transaction[None]:
    rows = yield HOLD, (claim.key, claim.holder)
    if not rows:
        raise StartInProgressError("another call has taken this start over")


def _completed(claim: StartClaim, meeting: Meeting) -> tuple[str, tuple[object, ...]]:
    return COMPLETE, (claim.key, meeting.id, orjson.dumps(meeting).decode())


def _is_running(row: Row, now: float) -> bool:
    return row["answer"] is None and row["due"] is not None and row["due"] > now


def _is_over(row: Row, now: float, kept: float, replacing: MeetingId | None) -> bool:
    """Whether the record has ended, so that a start with its key is a new one."""
    if _is_running(row, now):
        return False
    return row["since"] <= now - kept or (replacing is not None and row["meeting"] == replacing)


def _is_free(row: Row, now: float, kept: float, replacing: MeetingId | None) -> bool:
    """Whether it can be claimed: it has ended, or its claim was not completed."""
    left = row["answer"] is None and not _is_running(row, now)
    return left or _is_over(row, now, kept, replacing)
