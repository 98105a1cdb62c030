"""Which installation a database belongs to: the first that serves with it."""

from dataclasses import dataclass, replace

from adapters.storage.transaction import Row, Store, Transaction, in_transaction
from domain.installation import Installation, Waiting, check_owner

# The update changes nothing: it locks the row, and returns it where it was there before.
TAKE = """
INSERT INTO installation (id, video, organization, attendance) VALUES (1, $1, $2, $3)
ON CONFLICT (id) DO UPDATE SET id = 1
RETURNING video, organization, attendance
"""
MOVE = "UPDATE installation SET video = $1, organization = $2, attendance = $3"
OWNER = "SELECT video, organization, attendance FROM installation"
WAITING = """
SELECT (SELECT count(*) FROM seats WHERE due IS NOT NULL) AS updates,
    (SELECT count(*) FROM deliveries WHERE state = 0) AS webhooks
"""
WAITING_CLOSINGS = "SELECT count(*) AS closings FROM closings"


@dataclass(frozen=True, slots=True)
class StoredInstallation:
    """One transaction decides, so that instances may start together."""

    store: Store

    @in_transaction
    def take(self, ours: Installation, *, adopt: bool = False) -> Transaction[Waiting]:
        """Record that the database belongs to this installation; returns what waits in it.

        A new database is taken. Raises ForeignStorageError, and changes nothing, when it
        belongs to other partners and ``check_owner`` does not let us take it.
        """
        values = (ours.video, ours.organization, ours.attendance)
        (row,) = yield TAKE, values
        waiting = yield from what_waits()
        check_owner(_installation(row), ours, waiting, adopt=adopt)
        yield MOVE, values
        return waiting

    @in_transaction
    def owner(self) -> Transaction[Installation | None]:
        return (yield from owner())


def owner() -> Transaction[Installation | None]:
    """None while nobody has served with the database."""
    rows = yield OWNER, ()
    return _installation(rows[0]) if rows else None


def what_waits(*, closings: bool = True) -> Transaction[Waiting]:
    """``closings`` is False for a schema that has none yet."""
    (row,) = yield WAITING, ()
    waiting = Waiting(row["updates"], row["webhooks"])
    if closings:
        (row,) = yield WAITING_CLOSINGS, ()
        waiting = replace(waiting, closings=row["closings"])
    return waiting


def _installation(row: Row) -> Installation:
    return Installation(row["video"], row["organization"], row["attendance"])
