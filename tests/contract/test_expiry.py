"""What is known of a meeting is forgotten in time, all of it, and found without a scan."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.storage.retention import EXPIRED, FORGET_MEETINGS, PRUNE
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Rows, Store, Transaction
from domain.claims import Settled
from domain.ports.meetings import MeetingRepository
from domain.ports.retention import Retention
from domain.ports.sweeps import Sweeps
from domain.presence import Seat
from domain.referral import ReferralId
from tests.builders import a_report, a_seat
from tests.contract.conftest import PresenceStore

LEASE = 15.0


async def told(seats: PresenceStore, seat: Seat, *, at: float) -> None:
    """A report that the attendance service has been told."""
    fact = replace(a_report(f"{seat.meeting}:{at}", seat), at=at)
    claimed = await seats.append(fact, seat, now=at, due=at + LEASE)
    assert claimed is not None
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=at))


def rows_of(table: str) -> Transaction[Rows]:
    return (yield f"SELECT * FROM {table}", ())


async def sizes(store: Store) -> dict[str, int]:
    tables = ("facts", "seats", "sweeps", "meetings")
    return {table: len(await store.run(rows_of(table))) for table in tables}


async def test_all_that_is_known_of_a_meeting_goes_together(
    store: Store, seats: PresenceStore, retention: Retention
) -> None:
    await told(seats, a_seat(), at=1)
    await told(seats, a_seat(person="dr-bruno"), at=2)
    before = await sizes(store)

    assert await retention.expire(before=3, limit=9) == 2
    assert await seats.of_seat(a_seat()) == []
    while await retention.clear(limit=1):
        pass

    assert before == {"facts": 2, "seats": 2, "sweeps": 1, "meetings": 1}
    assert set((await sizes(store)).values()) == {0}
    assert await retention.expire(before=3, limit=9) == 0


async def test_the_newest_fact_decides_for_all(
    store: Store, seats: PresenceStore, retention: Retention
) -> None:
    for at in (1, 9):
        await told(seats, a_seat(), at=at)

    assert await retention.expire(before=9, limit=9) == 0
    assert (await sizes(store))["facts"] == 2

    assert await retention.expire(before=9.1, limit=9) == 2


async def test_other_meetings_stay_under_the_same_referral_or_another(
    seats: PresenceStore, sweeps: Sweeps, retention: Retention
) -> None:
    others = [a_seat(meeting="meeting-2"), a_seat(referral="enc-2")]
    await told(seats, a_seat(), at=1)
    for seat in others:
        await told(seats, seat, at=9)

    await retention.expire(before=5, limit=9)

    assert await seats.of_seat(a_seat()) == []
    assert [len(await seats.of_seat(seat)) for seat in others] == [1, 1]
    asked = [await sweeps.claim_sweep(now=99, lease=LEASE) for _ in range(3)]
    assert {(sweep.referral, sweep.meeting) for sweep in asked if sweep} == {
        (seat.referral, seat.meeting) for seat in others
    }


async def test_a_seat_that_waits_to_be_told_keeps_its_meeting(
    seats: PresenceStore, retention: Retention
) -> None:
    await seats.append(a_report("f-1"), a_seat(), now=1, due=1)

    assert await retention.expire(before=99, limit=9) == 0

    (claimed,) = await seats.claim_seats(9, now=99, lease=LEASE)
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=99))
    assert await retention.expire(before=99, limit=9) >= 1


async def test_a_meeting_that_was_only_opened_is_forgotten(
    seats: PresenceStore, meetings: MeetingRepository, retention: Retention
) -> None:
    for number, title in enumerate(["old", "enc-1", "young"]):
        await meetings.add(a_seat(meeting=f"m-{title}").meeting, title, now=number)
    await told(seats, a_seat(meeting="m-enc-1"), at=9)

    assert await retention.expire(before=2, limit=9) == 2

    known = [await meetings.find_newest(title) for title in ("old", "enc-1", "young")]
    assert known == [None, "m-enc-1", "m-young"]


async def test_a_batch_is_bounded_and_the_next_goes_on(
    store: Store, seats: PresenceStore, retention: Retention
) -> None:
    for number in range(5):
        await told(seats, a_seat(meeting=f"m-{number}"), at=number)
    left = []
    while await retention.expire(before=99, limit=2):
        left.append((await sizes(store))["seats"])
    while await retention.clear(limit=2):
        left.append((await sizes(store))["facts"])

    assert left == [3, 1, 0, 3, 1, 0]


async def test_what_was_forgotten_and_not_deleted_yet_counts_no_more(
    store: Store, seats: PresenceStore, retention: Retention
) -> None:
    for at in range(9):
        await told(seats, a_seat(), at=at)
    await retention.expire(before=99, limit=9)
    await retention.clear(limit=2)

    await told(seats, a_seat(), at=100)
    now = await seats.of_seat(a_seat())
    while await retention.clear(limit=2):
        pass

    assert [fact.at for fact in now] == [100]
    assert await seats.of_seat(a_seat()) == now
    assert (await sizes(store)) == {"facts": 1, "seats": 1, "sweeps": 1, "meetings": 1}


async def test_a_meeting_that_comes_to_life_again_begins_anew(
    seats: PresenceStore, meetings: MeetingRepository, retention: Retention
) -> None:
    await told(seats, a_seat(), at=1)
    await retention.expire(before=9, limit=9)

    await told(seats, a_seat(), at=10)

    assert len(await seats.of_seat(a_seat())) == 1
    assert await meetings.find_newest(ReferralId("enc-1")) == "meeting-1"


@pytest.mark.parametrize(
    ("statement", "values"),
    [(EXPIRED, (0.0, 9)), (FORGET_MEETINGS, (0.0, 9)), (PRUNE, (0.0, 0.0, 9))],
)
async def test_looking_for_what_is_over_reads_no_table_from_end_to_end(
    tmp_path: Path, statement: str, values: tuple[float, ...]
) -> None:
    store = await SqliteStore.open(tmp_path / "storage.db")

    def plan() -> Transaction[list[str]]:
        rows = yield f"EXPLAIN QUERY PLAN {statement}", values
        return [row["detail"] for row in rows]

    steps = await store.run(plan())
    await store.close()

    assert any(step.startswith("SEARCH") for step in steps)
    assert not [step for step in steps if step.startswith("SCAN") and step != "SCAN picked"]
