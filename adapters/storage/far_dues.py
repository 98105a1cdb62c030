"""Times that lie further ahead than any lease or wait: some clock was wrong when they were stored.

They are brought to now; without that, what they are of would rest until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from adapters.storage.transaction import (
    MOST_ROWS,
    SKIP_LOCKED,
    Store,
    Transaction,
    in_parts,
    in_transaction,
)
from domain.policies.backoff import LONGEST_ADVICE, LONGEST_FOR_ITEM
from domain.policies.doubt import AGAIN

TOLERATED = 60.0
"""Seconds beyond the longest."""


class Ahead(NamedTuple):
    """A column that holds times ahead of now, and the longest of them in seconds. ``where`` is the
    condition of an index, so that looking costs nothing."""

    table: str
    key: str
    where: str
    column: str
    longest: float

    @property
    def statement(self) -> str:
        return f"""
        WITH picked AS MATERIALIZED (
            SELECT {self.key} FROM {self.table}
            WHERE {self.where} AND {self.column} > $2 LIMIT {MOST_ROWS} {SKIP_LOCKED}
        )
        UPDATE {self.table} SET {self.column} = $1
        WHERE ({self.key}) IN (SELECT {self.key} FROM picked)
        RETURNING {self.column}
        """


@dataclass(frozen=True, slots=True)
class StoredFarDues:
    """``lease`` is the longest of one item, ``sweep`` the longest rest of a meeting between two
    answers about it, ``reading`` the longest that the list of live sessions takes."""

    store: Store
    lease: float
    start_lease: float
    sweep: float
    reading: float

    async def bring_near(self, now: float) -> int:
        """How many there were."""
        parts = [partial(self._some_brought_near, column, now) for column in self._columns()]
        return sum([await in_parts(part) for part in parts])

    @in_transaction
    def _some_brought_near(self, column: Ahead, now: float) -> Transaction[int]:
        limit = now + column.longest + TOLERATED
        return len((yield column.statement, (now, limit)))

    def _columns(self) -> Sequence[Ahead]:
        """A suspect's rest is not stored, but counted from its ``due``. A list rests as long as it
        took, and serves for twice that."""
        item = max(LONGEST_FOR_ITEM, LONGEST_ADVICE, self.lease)
        seat, meeting = "referral, meeting, person", "referral, meeting"
        waits = "due IS NOT NULL"
        return (
            Ahead("deliveries", "id", "state = 0", "due", item),
            Ahead("seats", seat, waits, "due", item),
            Ahead("seats", seat, waits, "again", AGAIN),
            Ahead("sweeps", meeting, waits, "due", self.sweep),
            Ahead("sweeps", meeting, waits, "ask", self.sweep),
            Ahead("sweeps", meeting, waits, "seen_at", 0),
            Ahead("live_lists", "id", "id = 1", "due", self.reading + LONGEST_ADVICE),
            Ahead("live_lists", "id", "id = 1", "serves_until", 2 * self.reading + LONGEST_ADVICE),
            Ahead("closings", "meeting", waits, "due", item),
            Ahead("idempotency_records", "key", waits, "due", self.start_lease),
        )
