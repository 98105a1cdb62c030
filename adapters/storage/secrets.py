"""Secrets of this installation: made once, by the first who asks, then the same for everybody."""

from dataclasses import dataclass

from adapters.storage.transaction import Store, Transaction, in_transaction

MAKE = "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"
READ = "SELECT value FROM secrets WHERE name = $1"


@dataclass(frozen=True, slots=True)
class StoredSecrets:
    """Several instances on one database sign with the same key."""

    store: Store

    @in_transaction
    def secret(self, name: str, candidate: bytes) -> Transaction[bytes]:
        """The secret of that name; ``candidate`` becomes it when there is none yet."""
        yield MAKE, (name, candidate)
        rows = yield READ, (name,)
        return bytes(rows[0]["value"])
