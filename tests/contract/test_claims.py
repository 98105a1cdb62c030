"""A claim takes as many rows as it says, however the database plans it.

PostgreSQL plans by what it last counted. When that was one row, it runs a plain subquery once for
each row that there is by now, and each run picks other rows.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from adapters.storage.closings import StoredClosings
from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.idempotency import StoredIdempotencyRecords
from adapters.storage.meetings import StoredMeetings
from adapters.storage.presence import StoredPresence
from adapters.storage.retention import FORGET_MEETINGS, StoredRetention
from adapters.storage.sweeps import StoredSweeps
from adapters.storage.transaction import Rows as Fetched
from adapters.storage.transaction import Store, Transaction
from domain.idempotency import IdempotencyKey, StartClaim
from domain.meeting import Meeting, MeetingId
from domain.session import SessionEvent
from tests.builders import a_report, a_seat

EVENT = SessionEvent("meeting.ended")
NOW, LEASE = 9.0, 15.0


@dataclass(frozen=True)
class Rows:
    """Rows of one table: how one is added, and how at most one is taken."""

    add: Callable[[Store, int], Awaitable[object]]
    take: Callable[[Store], Awaitable[int]]


async def add_delivery(store: Store, number: int) -> None:
    await StoredDeliveries(store).receive(f"k-{number}", b"{}", EVENT, now=0, due=0)


async def add_report(store: Store, number: int) -> None:
    seat = a_seat(meeting=f"m-{number}")
    await StoredPresence(store).append(a_report(f"r-{number}", seat), seat, now=0, due=0)


async def add_closing(store: Store, number: int) -> None:
    meeting = MeetingId(f"m-{number}")
    await StoredMeetings(store).add(meeting, "enc-1", now=0)
    claimed = await StoredClosings(store).ask(meeting, now=0, due=0)
    assert claimed is not None
    await StoredClosings(store).release_closing(claimed, now=0)


async def add_key(store: Store, number: int) -> None:
    records, key = StoredIdempotencyRecords(store), IdempotencyKey(f"key:{number}")
    claim = await records.claim(key, "h", now=0, due=LEASE)
    assert isinstance(claim, StartClaim)
    await records.complete(claim, Meeting(MeetingId(f"m-{number}")), "enc-1", now=0)


async def add_meeting(store: Store, number: int) -> None:
    await store.run(noted(f"m-{number}"))


def noted(meeting: str) -> Transaction[None]:
    """A meeting of which nothing else is known."""
    columns = "(meeting, title, noted, opened, version) VALUES ($1, $2, 0, 0, 1)"
    yield f"INSERT INTO meetings {columns}", (meeting, "enc-1")


async def take_delivery(store: Store) -> int:
    return len(await StoredDeliveries(store).claim_deliveries(1, now=NOW, lease=LEASE))


async def take_seat(store: Store) -> int:
    return len(await StoredPresence(store).claim_seats(1, now=NOW, lease=LEASE))


async def take_sweep(store: Store) -> int:
    return int(await StoredSweeps(store).claim_sweep(now=NOW, lease=LEASE) is not None)


async def take_closing(store: Store) -> int:
    return len(await StoredClosings(store).claim_closings(1, now=NOW, lease=LEASE))


async def take_key(store: Store) -> int:
    return await StoredRetention(store).prune_idempotency(
        claimed_before=NOW, referrals_before=NOW, limit=1
    )


async def take_meeting(store: Store) -> int:
    return len(await store.run(forgotten()))


def forgotten() -> Transaction[Fetched]:
    return (yield FORGET_MEETINGS, (NOW, 1))


ROWS = {
    "deliveries": Rows(add_delivery, take_delivery),
    "seats": Rows(add_report, take_seat),
    "sweeps": Rows(add_report, take_sweep),
    "closings": Rows(add_closing, take_closing),
    "idempotency_records": Rows(add_key, take_key),
    "meetings": Rows(add_meeting, take_meeting),
}


def counted(table: str) -> Transaction[None]:
    yield f"ANALYZE {table}", ()


@pytest.mark.parametrize("table", ROWS)
async def test_a_claim_takes_one_row_after_the_other(store: Store, table: str) -> None:
    rows = ROWS[table]
    await rows.add(store, 0)
    await store.run(counted(table))
    for number in range(1, 4):
        await rows.add(store, number)

    assert [await rows.take(store) for _ in range(5)] == [1, 1, 1, 1, 0]
