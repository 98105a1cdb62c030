"""How much waits, found by one statement that reads indexes alone."""

from dataclasses import dataclass

from adapters.storage.transaction import Row, Store, Transaction, in_transaction
from domain.standing import MOST, Queue, Standing

QUEUES = {
    "deliveries": ("received", "deliveries WHERE state = 0 AND received <= $1"),
    "updates": ("waiting", "seats WHERE waiting <= $1"),
    "closings": (
        "closing",
        "closings JOIN meetings ON meetings.meeting = closings.meeting WHERE closing <= $1",
    ),
    "unconnected": ("since", "seats WHERE shown = 1 AND connected = 0"),
}
GIVEN_UP = {
    "dead": "deliveries WHERE state = 2",
    "refused": "seats WHERE due IS NULL AND why IS NOT NULL",
}


def _counted(rows: str) -> str:
    return f"(SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT {MOST}) AS counted)"


STANDING = "SELECT " + ", ".join(
    [
        *(f"{_counted(rows)} AS {name}" for name, (_, rows) in QUEUES.items()),
        *(
            f"(SELECT min({since}) FROM {rows}) AS {name}_since"
            for name, (since, rows) in QUEUES.items()
        ),
        *(f"{_counted(rows)} AS {name}" for name, rows in GIVEN_UP.items()),
    ]
)


@dataclass(frozen=True, slots=True)
class StoredStanding:
    """Changes nothing."""

    store: Store

    @in_transaction
    def look(self, *, since: float | None = None) -> Transaction[Standing]:
        """What waits, all of it, or what has waited since that time or longer."""
        now = self.store.now()
        (row,) = yield STANDING, (now if since is None else since,)
        queues = {name: _queue(row, name, now) for name in QUEUES}
        return Standing(**queues, dead=row["dead"], refused=row["refused"])

    @in_transaction
    def newest_delivery(self) -> Transaction[int]:
        """The number of the webhook that was stored last, 0 before the first."""
        rows = yield "SELECT id FROM deliveries ORDER BY id DESC LIMIT 1", ()
        return int(rows[0]["id"]) if rows else 0


def _queue(row: Row, name: str, now: float) -> Queue:
    since = row[f"{name}_since"]
    return Queue(row[name], 0.0 if since is None else max(0.0, now - since))
