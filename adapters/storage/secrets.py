"""Secrets of this installation: made once, by the first who asks, then the same for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.kept_secrets import PSEUDONYMS, TICKETS, Secret
from adapters.storage.transaction import Store, Transaction, in_transaction

MAKE = """
INSERT INTO secrets (name, since, value) VALUES ($1, 0, $2) ON CONFLICT (name, since) DO NOTHING
"""
READ = "SELECT since, value FROM secrets WHERE name = $1 ORDER BY since"
# It changes nothing: two who replace them at the same time come one after the other.
LOCK = "UPDATE secrets SET value = value"
NEWEST = "SELECT coalesce(max(since), 0) AS since FROM secrets"
ADD = "INSERT INTO secrets (name, since, value) VALUES ($1, $2, $3)"
DROP_OTHERS = "DELETE FROM secrets WHERE name = $1 AND since <> $2"
DROP_REPLACED = """
DELETE FROM secrets WHERE name = $1 AND since < (
    SELECT max(newer.since) FROM secrets AS newer WHERE newer.name = $1 AND newer.since <= $2
)
"""


@dataclass(frozen=True, slots=True)
class StoredSecrets:
    """Several instances on one database sign with the same key."""

    store: Store

    @in_transaction
    def secrets(self, name: str, candidate: bytes) -> Transaction[Sequence[Secret]]:
        """Those of that name, oldest first; ``candidate`` becomes the first when there is none."""
        rows = yield READ, (name,)
        if not rows:
            yield MAKE, (name, candidate)
            rows = yield READ, (name,)
        return [Secret(row["since"], bytes(row["value"])) for row in rows]

    @in_transaction
    def replace(
        self, tickets: bytes, pseudonyms: bytes, *, since: float, revoke: bool
    ) -> Transaction[float]:
        yield LOCK, ()
        (newest,) = yield NEWEST, ()
        since = max(since, newest["since"] + 1)
        yield ADD, (TICKETS, since, tickets)
        yield ADD, (PSEUDONYMS, since, pseudonyms)
        if revoke:
            yield DROP_OTHERS, (TICKETS, since)
        return since
