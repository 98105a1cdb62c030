"""What would rest until a time that only a wrong clock can have meant is due now."""

import pytest

from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.far_dues import TOLERATED, StoredFarDues
from adapters.storage.presence import StoredPresence
from adapters.storage.transaction import Row, Store, Transaction

NOW = 1_000_000.0
HOUR = 3600.0
ROWS = {
    "deliveries.due": "INSERT INTO deliveries (key, event, received, due) VALUES ('k', '', 1, $1)",
    "seats.due": "INSERT INTO seats (referral, meeting, person, due) VALUES ('r', 'm', 'p', $1)",
    "seats.again": """
        INSERT INTO seats (referral, meeting, person, due, again) VALUES ('r', 'm', 'p', 0, $1)
    """,
    "sweeps.due": "INSERT INTO sweeps (referral, meeting, due) VALUES ('r', 'm', $1)",
    "sweeps.ask": "INSERT INTO sweeps (referral, meeting, due, ask) VALUES ('r', 'm', 0, $1)",
    "sweeps.seen_at": """
        INSERT INTO sweeps (referral, meeting, due, seen_at) VALUES ('r', 'm', 0, $1)
    """,
    "live_lists.due": "INSERT INTO live_lists (id, due, attempts) VALUES (1, $1, 1)",
    "live_lists.serves_until": """
        INSERT INTO live_lists (id, due, attempts, serves_until) VALUES (1, 0, 1, $1)
    """,
    "closings.due": "INSERT INTO closings (meeting, referral, due) VALUES ('m', 'r', $1)",
    "idempotency_records.due": """
        INSERT INTO idempotency_records (key, fingerprint, since, due) VALUES ('k', 'f', 1, $1)
    """,
}
LONGEST = {
    "deliveries.due": 600.0,
    "seats.due": 600.0,
    "seats.again": 60.0,
    "sweeps.due": 400.0,
    "sweeps.ask": 400.0,
    "sweeps.seen_at": 0.0,
    "live_lists.due": 100.0 + 60.0,
    "live_lists.serves_until": 200.0 + 60.0,
    "closings.due": 600.0,
    "idempotency_records.due": 30.0,
}


@pytest.fixture
def far_dues(store: Store) -> StoredFarDues:
    return StoredFarDues(store, lease=15, start_lease=30, sweep=400, reading=100)


def stored(column: str, time: float) -> Transaction[None]:
    yield ROWS[column], (time,)


def read(column: str) -> Transaction[Row]:
    table, name = column.split(".")
    (row,) = yield f"SELECT {name} AS time FROM {table}", ()
    return row


@pytest.mark.parametrize("column", ROWS)
async def test_a_time_beyond_the_longest_is_brought_to_now(
    store: Store, far_dues: StoredFarDues, column: str
) -> None:
    await store.run(stored(column, NOW + LONGEST[column] + TOLERATED + 1))

    assert await far_dues.bring_near(NOW) == 1
    assert (await store.run(read(column)))["time"] == NOW
    assert await far_dues.bring_near(NOW) == 0


@pytest.mark.parametrize("column", ROWS)
async def test_the_longest_lease_or_wait_is_left_alone(
    store: Store, far_dues: StoredFarDues, column: str
) -> None:
    await store.run(stored(column, NOW + LONGEST[column]))

    assert await far_dues.bring_near(NOW) == 0


async def test_what_is_settled_is_left_alone(store: Store, far_dues: StoredFarDues) -> None:
    await store.run(settled())

    assert await far_dues.bring_near(NOW) == 0


def settled() -> Transaction[None]:
    yield ROWS["deliveries.due"], (NOW + HOUR,)
    yield "UPDATE deliveries SET state = 1", ()
    for column in ("seats.due", "sweeps.due", "idempotency_records.due"):
        yield ROWS[column], (None,)


async def test_what_was_brought_near_is_claimed(store: Store, far_dues: StoredFarDues) -> None:
    for column in ("deliveries.due", "seats.due"):
        await store.run(stored(column, NOW + HOUR))

    await far_dues.bring_near(NOW)

    assert len(await StoredDeliveries(store).claim_deliveries(9, now=NOW, lease=15)) == 1
    assert len(await StoredPresence(store).claim_seats(9, now=NOW, lease=15)) == 1
