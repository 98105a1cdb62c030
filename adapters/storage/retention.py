"""Retention: delete what is over its time. Every query goes by an index, and none takes long.

A meeting expires as a whole by a few rows: its seats go, and its facts up to now are read no more.
They are deleted afterwards, some at a time.
"""

from dataclasses import dataclass

from adapters.kept_secrets import TICKETS
from adapters.storage.append_facts import ADD_MEETING
from adapters.storage.idempotency import PRUNE_IDEMPOTENCY
from adapters.storage.secrets import DROP_REPLACED
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
EXPIRED = """
SELECT meeting, referral FROM sweeps WHERE newest < $1 AND forgotten IS NULL
AND NOT EXISTS (
    SELECT 1 FROM seats
    WHERE seats.referral = sweeps.referral AND seats.meeting = sweeps.meeting
        AND seats.due IS NOT NULL
)
ORDER BY newest LIMIT $2
"""
STILL_NEEDED = """
SELECT 1 AS needed FROM sweeps WHERE referral = $1 AND meeting = $2 AND newest >= $3
UNION ALL SELECT 1 FROM seats WHERE referral = $1 AND meeting = $2 AND due IS NOT NULL
LIMIT 1
"""
FORGET_SEATS = "DELETE FROM seats WHERE referral = $1 AND meeting = $2"
FORGET_FACTS = """
UPDATE sweeps SET due = NULL, ask = NULL, seen = NULL, attempts = attempts + 1, forgotten = (
    SELECT coalesce(max(seq), 0) FROM facts WHERE referral = $1 AND meeting = $2
)
WHERE referral = $1 AND meeting = $2
"""
FORGET_MEETINGS = f"""
WITH picked AS MATERIALIZED (
    SELECT id FROM meetings WHERE noted < $1 AND NOT EXISTS (
        SELECT 1 FROM sweeps WHERE sweeps.referral = meetings.title
            AND sweeps.meeting = meetings.meeting AND sweeps.forgotten IS NULL
    )
    AND NOT EXISTS (SELECT 1 FROM closings WHERE closings.meeting = meetings.meeting)
    LIMIT $2 {SKIP_LOCKED}
)
DELETE FROM meetings WHERE id IN (SELECT id FROM picked)
RETURNING id
"""
FORGOTTEN = f"""
SELECT referral, meeting, forgotten FROM sweeps WHERE forgotten IS NOT NULL
LIMIT 20 {SKIP_LOCKED}
"""
CLEAR = """
DELETE FROM facts WHERE seq IN (
    SELECT seq FROM facts WHERE referral = $1 AND meeting = $2 AND seq <= $3
    ORDER BY seq LIMIT $4
)
RETURNING seq
"""
CLEARED = """
DELETE FROM sweeps WHERE referral = $1 AND meeting = $2 AND due IS NULL AND NOT EXISTS (
    SELECT 1 FROM facts WHERE facts.referral = $1 AND facts.meeting = $2
)
"""
LIVES_AGAIN = "UPDATE sweeps SET forgotten = NULL WHERE referral = $1 AND meeting = $2"


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
        self, *, claimed_before: float, referrals_before: float, limit: int
    ) -> Transaction[int]:
        rows = yield PRUNE_IDEMPOTENCY, (claimed_before, referrals_before, limit)
        return len(rows)

    @in_transaction
    def prune_secrets(self, *, replaced_before: float) -> Transaction[None]:
        yield DROP_REPLACED, (TICKETS, replaced_before)

    @in_transaction
    def expire(self, *, before: float, limit: int) -> Transaction[int]:
        expired = 0
        old = yield EXPIRED, (before, limit)
        # In one order, so that two instances do not wait for each other.
        for meeting, referral in sorted((row["meeting"], row["referral"]) for row in old):
            yield _locked(meeting, referral)
            if not (yield STILL_NEEDED, (referral, meeting, before)):
                yield FORGET_SEATS, (referral, meeting)
                yield FORGET_FACTS, (referral, meeting)
                expired += 1
        notes = yield FORGET_MEETINGS, (before, limit)
        return expired + len(notes)

    @in_transaction
    def clear(self, *, limit: int) -> Transaction[bool]:
        left, forgotten = limit, (yield FORGOTTEN, ())
        for row in forgotten:
            about = (row["referral"], row["meeting"])
            left -= len((yield CLEAR, (*about, row["forgotten"], left)))
            if left == 0:
                break
            yield CLEARED, about
            yield LIVES_AGAIN, about
        return bool(forgotten)


def _locked(meeting: str, referral: str) -> Statement:
    """A missing row is inserted as of 1970, so that it is deleted with the rest."""
    return ADD_MEETING, (meeting, referral, 0.0)
