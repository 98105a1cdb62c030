"""Secrets of the book's own: made once, by whoever asks first, and then the same for everybody."""

from dataclasses import dataclass

from adapters.book.steps import Steps, Store, transaction

MAKE = "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"
READ = "SELECT value FROM secrets WHERE name = $1"


@dataclass(frozen=True, slots=True)
class SecretBook:
    """Several instances on one book sign with the same key."""

    store: Store

    @transaction
    def secret(self, name: str, candidate: bytes) -> Steps[bytes]:
        """The secret of that name; ``candidate`` becomes it when there is none yet."""
        yield MAKE, (name, candidate)
        rows = yield READ, (name,)
        return bytes(rows[0]["value"])
