"""Where there may be any number of rows, they are changed in parts, and all of them are."""

from collections.abc import Awaitable, Callable

import pytest

from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.far_dues import StoredFarDues
from adapters.storage.presence import StoredPresence
from adapters.storage.transaction import MOST_ROWS, Store, Transaction

NOW, FAR = 1000.0, 1_000_000.0
COUNT = 2 * MOST_ROWS

Change = Callable[[Store], Awaitable[object]]

DELIVERY = """
INSERT INTO deliveries (key, event, received, due, failures) VALUES ($1, '', 1, $2, 1)
"""
SEAT = """
INSERT INTO seats (referral, meeting, person, due, failures) VALUES ('r', 'm', $1, $2, 1)
"""


def many(insert: str) -> Transaction[None]:
    for number in range(COUNT):
        yield insert, (f"k-{number}", FAR)


def due(table: str) -> Transaction[int]:
    (row,) = yield f"SELECT count(*) AS n FROM {table} WHERE due <= $1", (NOW,)
    found: int = row["n"]
    return found


def brought_near(store: Store) -> Awaitable[object]:
    return StoredFarDues(store, lease=1, start_lease=1, sweep=1, reading=1).bring_near(NOW)


@pytest.mark.parametrize(
    ("insert", "table", "change"),
    [
        (DELIVERY, "deliveries", brought_near),
        (SEAT, "seats", brought_near),
        (DELIVERY, "deliveries", lambda store: StoredDeliveries(store).hasten_deliveries(now=NOW)),
        (SEAT, "seats", lambda store: StoredPresence(store).hasten_seats(now=NOW)),
    ],
    ids=["deliveries brought near", "seats brought near", "deliveries hastened", "seats hastened"],
)
async def test_all_of_any_number_are_due(
    store: Store, insert: str, table: str, change: Change
) -> None:
    await store.run(many(insert))

    await change(store)

    assert await store.run(due(table)) == COUNT
