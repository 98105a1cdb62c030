"""OperatorInbox: stored webhooks and waiting updates, as operators see and correct them."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.storage.transaction import Row, Store, Transaction, in_transaction
from domain.delivery import State
from domain.operator_view import ClosingView, DeliveryView, UpdateView
from domain.presence import Seat

COLUMNS = "id, event, state, outcome, why, referral, meeting, received, due, attempts, failures"
# A parameter that is NULL asks for everything; the casts tell PostgreSQL what it would have been.
ENTRIES = f"""
SELECT {COLUMNS}, NULL AS body FROM deliveries
WHERE (CAST($1 AS INTEGER) IS NULL OR state = $1)
AND (CAST($2 AS TEXT) IS NULL OR referral = $2)
AND (CAST($3 AS DOUBLE PRECISION) IS NULL OR received >= $3)
ORDER BY id DESC LIMIT $4
"""
ENTRY = f"SELECT {COLUMNS}, body FROM deliveries WHERE id = $1"
WAITING_SEATS = """
SELECT referral, meeting, person, due, attempts, failures, why FROM seats
WHERE (due IS NOT NULL OR why IS NOT NULL)
AND (CAST($1 AS TEXT) IS NULL OR referral = $1)
ORDER BY due LIMIT $2
"""
CLOSINGS = """
SELECT referral, meeting, due, attempts, failures, why FROM closings
WHERE (CAST($1 AS TEXT) IS NULL OR referral = $1)
ORDER BY due LIMIT $2
"""
RETRY = """
UPDATE deliveries SET state = 0, due = $1, failures = 0, lost = 0, settled = NULL, why = NULL,
    refusals = 0, refused_since = NULL
WHERE state = 2 AND body IS NOT NULL
AND (CAST($2 AS BIGINT) IS NULL OR id = $2)
AND (CAST($3 AS DOUBLE PRECISION) IS NULL OR received >= $3)
RETURNING id
"""
RETRY_SEATS = """
UPDATE seats SET due = $1, waiting = $1, failures = 0, lost = 0, why = NULL,
    refusals = 0, refused_since = NULL
WHERE due IS NULL AND why IS NOT NULL
RETURNING person
"""
DISCARD = """
UPDATE deliveries SET state = 1, due = NULL, attempts = attempts + 1, settled = $2,
    outcome = 'discarded', why = $3
WHERE id = $1 AND state <> 1
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class StoredOperatorInbox:
    """Discarding raises ``attempts``, so a claim on the delivery changes nothing any more."""

    store: Store

    @in_transaction
    def deliveries(
        self, *, state: State | None, referral: str | None, since: float | None, limit: int
    ) -> Transaction[Sequence[DeliveryView]]:
        wanted = None if state is None else int(state)
        rows = yield ENTRIES, (wanted, referral, since, limit)
        return [_view(row) for row in rows]

    @in_transaction
    def delivery(self, number: int) -> Transaction[DeliveryView | None]:
        rows = yield ENTRY, (number,)
        return _view(rows[0]) if rows else None

    @in_transaction
    def updates(self, *, referral: str | None, limit: int) -> Transaction[Sequence[UpdateView]]:
        rows = yield WAITING_SEATS, (referral, limit)
        return [
            UpdateView(
                Seat(row["referral"], row["meeting"], row["person"]),
                row["due"],
                row["attempts"],
                row["failures"],
                row["why"],
            )
            for row in rows
        ]

    @in_transaction
    def closings(self, *, referral: str | None, limit: int) -> Transaction[Sequence[ClosingView]]:
        rows = yield CLOSINGS, (referral, limit)
        return [_closing(row) for row in rows]

    @in_transaction
    def retry(self, *, number: int | None, since: float | None, now: float) -> Transaction[int]:
        deliveries = yield RETRY, (now, number, since)
        if number is not None or since is not None:
            return len(deliveries)
        seats = yield RETRY_SEATS, (now,)
        return len(deliveries) + len(seats)

    @in_transaction
    def discard(self, number: int, why: str, *, now: float) -> Transaction[bool]:
        rows = yield DISCARD, (number, now, why)
        return bool(rows)


def _closing(row: Row) -> ClosingView:
    about = (row["referral"], row["meeting"])
    return ClosingView(*about, row["due"], row["attempts"], row["failures"], row["why"])


def _view(row: Row) -> DeliveryView:
    return DeliveryView(
        id=row["id"],
        event=row["event"],
        state=State(row["state"]),
        outcome=row["outcome"],
        why=row["why"],
        referral=row["referral"],
        meeting=row["meeting"],
        received=row["received"],
        due=row["due"],
        attempts=row["attempts"],
        failures=row["failures"],
        body=row["body"],
    )
