"""Retention: delete what is over its time. Every query goes by an index."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.storage.append_facts import ADD_MEETING
from adapters.storage.idempotency import PRUNE_IDEMPOTENCY
from adapters.storage.transaction import SKIP_LOCKED, Statement, Store, Transaction, in_transaction

PRUNE = """
UPDATE deliveries SET body = NULL, referral = NULL, meeting = NULL,
    why = CASE WHEN outcome = 'discarded' THEN NULL ELSE why END
WHERE id IN (
    SELECT id FROM deliveries
    WHERE body IS NOT NULL AND settled < $1 AND (state = 1 OR settled < $2)
    LIMIT $3
)
RETURNING id
"""
# One row for each fact: DISTINCT would make SQLite read another index from end to end.
EXPIRED = """
SELECT meeting, referral FROM facts AS old WHERE at < $1
AND NOT EXISTS (
    SELECT 1 FROM facts AS newer
    WHERE newer.referral = old.referral AND newer.meeting = old.meeting AND newer.at >= $1
)
AND NOT EXISTS (
    SELECT 1 FROM seats
    WHERE seats.referral = old.referral AND seats.meeting = old.meeting AND due IS NOT NULL
)
ORDER BY at LIMIT $2
"""
STILL_NEEDED = """
SELECT 1 AS needed FROM facts WHERE referral = $1 AND meeting = $2 AND at >= $3
UNION ALL SELECT 1 FROM seats WHERE referral = $1 AND meeting = $2 AND due IS NOT NULL
LIMIT 1
"""
FORGET: Sequence[str] = [
    f"DELETE FROM {table} WHERE referral = $1 AND meeting = $2"
    for table in ("facts", "seats", "sweeps")
]
FORGET_MEETINGS = f"""
DELETE FROM meetings WHERE id IN (
    SELECT id FROM meetings WHERE noted < $1 AND NOT EXISTS (
        SELECT 1 FROM facts
        WHERE facts.referral = meetings.title AND facts.meeting = meetings.meeting
    )
    AND NOT EXISTS (SELECT 1 FROM closings WHERE closings.meeting = meetings.meeting)
    LIMIT $2 {SKIP_LOCKED}
)
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class StoredRetention:
    """Expiry locks a meeting's row before it reads again, as adding facts does."""

    store: Store

    @in_transaction
    def prune(self, *, settled_before: float, dead_before: float, limit: int) -> Transaction[int]:
        rows = yield PRUNE, (settled_before, dead_before, limit)
        return len(rows)

    @in_transaction
    def prune_idempotency(
        self, *, claimed_before: float, referrals_before: float
    ) -> Transaction[None]:
        yield PRUNE_IDEMPOTENCY, (claimed_before, referrals_before)

    @in_transaction
    def expire(self, *, before: float, limit: int) -> Transaction[int]:
        expired = 0
        old = yield EXPIRED, (before, limit)
        # In one order, so that two instances do not wait for each other.
        for meeting, referral in sorted({(row["meeting"], row["referral"]) for row in old}):
            yield _locked(meeting, referral)
            if not (yield STILL_NEEDED, (referral, meeting, before)):
                for statement in FORGET:
                    yield statement, (referral, meeting)
                expired += 1
        notes = yield FORGET_MEETINGS, (before, limit)
        return expired + len(notes)


def _locked(meeting: str, referral: str) -> Statement:
    """A missing row is inserted as of 1970, so that it is deleted with the rest."""
    return ADD_MEETING, (meeting, referral, 0.0)
