"""Keys that partners publish: the newest that came from each URL."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.storage.transaction import Store, Transaction, in_transaction

KEEP = """
INSERT INTO published_keys (url, value, fetched) VALUES ($1, $2, CAST($3 AS DOUBLE PRECISION))
ON CONFLICT (url) DO UPDATE SET value = excluded.value, fetched = excluded.fetched
"""
KEPT = "SELECT value, fetched FROM published_keys WHERE url = $1"


@dataclass(frozen=True, slots=True)
class StoredPublishedKeys:
    """``now`` is seconds since the epoch. It may step: an age is never less than nothing, and a
    time in the future is as old as it is far away."""

    store: Store
    now: Callable[[], float]

    @in_transaction
    def keep(self, url: str, value: str) -> Transaction[None]:
        yield KEEP, (url, value, self.now())

    @in_transaction
    def kept(self, url: str) -> Transaction[tuple[str, float] | None]:
        rows = yield KEPT, (url,)
        return (rows[0]["value"], abs(self.now() - rows[0]["fetched"])) if rows else None
