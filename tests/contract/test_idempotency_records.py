"""Idempotency records: one call at a time starts, the others get what came of it for a day."""

import asyncio

import pytest

from domain.errors import KeyReusedError, StartInProgressError
from domain.idempotency import KEPT, IdempotencyKey, StartClaim
from domain.meeting import Meeting, MeetingId
from domain.ports.meetings import MeetingRepository
from domain.ports.retention import Retention
from domain.ports.starts import IdempotencyRecords

LEASE = 30.0
START = IdempotencyKey("key:k-1", "fingerprint")
M1 = Meeting(MeetingId("m-1"), title="enc-1", status="ACTIVE", record_on_start=False)
M2 = Meeting(MeetingId("m-2"), title="enc-1")


async def claimed(
    records: IdempotencyRecords,
    holder: str = "h-1",
    *,
    now: float = 0,
    start: IdempotencyKey = START,
) -> StartClaim:
    claim = await records.claim(start, holder, now=now, due=now + LEASE)
    assert isinstance(claim, StartClaim)
    return claim


async def test_a_new_start_is_claimed_and_runs(records: IdempotencyRecords) -> None:
    claim = await claimed(records, now=5)

    assert (claim.since, claim.taken_over) == (5, False)
    assert await records.claim(START, "h-2", now=LEASE + 4, due=99) is None


async def test_what_came_of_it_is_answered_for_a_day_and_its_meeting_is_known(
    records: IdempotencyRecords, meetings: MeetingRepository
) -> None:
    await records.complete(await claimed(records), M1, "enc-1", now=1)

    assert await records.claim(START, "h-2", now=KEPT - 1, due=KEPT + 9) == M1
    assert await meetings.find_newest("enc-1") == "m-1"
    assert (await claimed(records, "h-3", now=KEPT)).taken_over is False


@pytest.mark.parametrize("finished", [False, True])
async def test_a_key_that_comes_with_something_else_is_refused(
    records: IdempotencyRecords, finished: bool
) -> None:
    claim = await claimed(records)
    if finished:
        await records.complete(claim, M1, "enc-1", now=1)

    with pytest.raises(KeyReusedError):
        await records.claim(IdempotencyKey(START.key, "other"), "h-2", now=LEASE + 1, due=99)


async def test_a_lease_that_ran_out_is_taken_over_and_the_first_beginning_stays(
    records: IdempotencyRecords,
) -> None:
    await claimed(records, now=5)

    later = await claimed(records, "h-2", now=LEASE + 5)

    assert (later.since, later.taken_over) == (5, True)


async def test_whoever_lost_the_claim_changes_nothing(
    records: IdempotencyRecords, meetings: MeetingRepository
) -> None:
    late = await claimed(records)
    newer = await claimed(records, "h-2", now=LEASE)

    with pytest.raises(StartInProgressError):
        await records.complete(late, M1, "enc-1", now=LEASE)
    with pytest.raises(StartInProgressError):
        await records.adopt(late, [M1], "enc-1", now=LEASE)
    await records.release(late, now=LEASE)
    await records.delete(late)

    assert await records.claim(START, "h-3", now=LEASE, due=99) is None
    assert await meetings.find_newest("enc-1") is None
    await records.complete(newer, M2, "enc-1", now=LEASE)
    assert await records.claim(START, "h-3", now=LEASE, due=99) == M2


async def test_what_was_let_go_is_taken_over_at_once(records: IdempotencyRecords) -> None:
    await records.release(await claimed(records, now=5), now=6)

    later = await claimed(records, "h-2", now=6)

    assert (later.since, later.taken_over) == (5, True)


async def test_what_was_forgotten_begins_anew_for_anything(records: IdempotencyRecords) -> None:
    await records.delete(await claimed(records))

    anew = await claimed(records, "h-2", now=7, start=IdempotencyKey(START.key, "other"))

    assert (anew.since, anew.taken_over) == (7, False)


async def test_what_is_finished_stays_so(records: IdempotencyRecords) -> None:
    claim = await claimed(records)
    await records.complete(claim, M1, "enc-1", now=1)

    await records.release(claim, now=1)
    await records.delete(claim)

    assert await records.claim(START, "h-2", now=2, due=99) == M1


async def test_the_first_meeting_that_is_not_known_yet_is_adopted(
    records: IdempotencyRecords, meetings: MeetingRepository
) -> None:
    await meetings.add(M1.id, "enc-1", now=0)
    claim = await claimed(records)

    assert await records.adopt(claim, [M1], "enc-1", now=1) is None
    assert await records.adopt(claim, [M1, M2], "enc-1", now=1) == M2
    assert await records.claim(START, "h-2", now=2, due=99) == M2
    assert await meetings.find_newest("enc-1") == "m-2"


async def test_a_meeting_that_is_not_to_be_used_again_is_replaced_once(
    records: IdempotencyRecords,
) -> None:
    await records.complete(await claimed(records), M1, "enc-1", now=1)

    assert await records.claim(START, "h-2", now=2, due=99, replacing=M2.id) == M1
    anew = await records.claim(START, "h-2", now=2, due=99, replacing=M1.id)
    assert anew == StartClaim(START.key, "h-2", since=2, taken_over=False)
    assert await records.claim(START, "h-3", now=3, due=99, replacing=M1.id) is None
    await records.complete(anew, M2, "enc-1", now=4)
    assert await records.claim(START, "h-3", now=5, due=99, replacing=M1.id) == M2


async def test_a_referrals_record_outlives_a_day(
    records: IdempotencyRecords, retention: Retention
) -> None:
    key = IdempotencyKey.by_referral("enc-1")
    await records.complete(await claimed(records, start=key), M1, "enc-1", now=1)

    await retention.prune_idempotency(claimed_before=9 * KEPT, referrals_before=-1, limit=9)
    assert await records.claim(key, "h-2", now=9 * KEPT, due=9 * KEPT + 9) == M1
    await retention.prune_idempotency(claimed_before=9 * KEPT, referrals_before=9 * KEPT, limit=9)
    assert isinstance(await records.claim(key, "h-2", now=9, due=99), StartClaim)


async def test_old_records_are_pruned_unless_a_call_has_claimed_them(
    records: IdempotencyRecords, retention: Retention
) -> None:
    old, held, young = [IdempotencyKey(f"key:{name}") for name in ("old", "held", "young")]
    await records.complete(await claimed(records, start=old), M1, "enc-1", now=1)
    await claimed(records, start=held)
    await claimed(records, "h-2", now=LEASE, start=held)
    await records.complete(await claimed(records, now=9, start=young), M2, "enc-1", now=9)

    limits = {"claimed_before": 8.0, "referrals_before": 0.0}
    assert await retention.prune_idempotency(**limits, limit=9) == 1

    assert (await claimed(records, "h-3", now=LEASE, start=old)).since == LEASE
    assert await records.claim(held, "h-3", now=LEASE, due=99) is None
    assert await records.claim(young, "h-3", now=LEASE, due=99) == M2


async def test_old_records_are_pruned_some_at_a_time(
    records: IdempotencyRecords, retention: Retention
) -> None:
    for number in range(3):
        await records.complete(
            await claimed(records, start=IdempotencyKey(f"key:{number}")), M1, "enc-1", now=1
        )

    pruned = [
        await retention.prune_idempotency(claimed_before=8, referrals_before=0, limit=2)
        for _ in range(3)
    ]

    assert pruned == [2, 1, 0]


async def test_a_start_that_was_taken_over_after_a_day_still_is_in_hand(
    records: IdempotencyRecords,
) -> None:
    await claimed(records)
    await claimed(records, "h-2", now=KEPT - 1)

    assert await records.claim(START, "h-3", now=KEPT + 1, due=KEPT + 99) is None


async def test_of_fifty_calls_at_once_one_begins(records: IdempotencyRecords) -> None:
    found = await asyncio.gather(
        *(records.claim(START, f"h-{n}", now=0, due=LEASE) for n in range(50))
    )

    assert sum(isinstance(one, StartClaim) for one in found) == 1
    assert found.count(None) == 49


async def test_of_fifty_calls_at_once_one_takes_over(records: IdempotencyRecords) -> None:
    await claimed(records)

    found = await asyncio.gather(
        *(records.claim(START, f"h-{n}", now=LEASE, due=2 * LEASE) for n in range(50))
    )

    assert sum(isinstance(one, StartClaim) for one in found) == 1
    assert found.count(None) == 49


async def test_no_meeting_is_adopted_twice(records: IdempotencyRecords) -> None:
    claims = [await claimed(records, start=IdempotencyKey(f"key:{n}")) for n in range(20)]

    adopted = await asyncio.gather(
        *(records.adopt(claim, [M1, M2], "enc-1", now=1) for claim in claims)
    )

    assert [adopted.count(meeting) for meeting in (M1, M2, None)] == [1, 1, 18]
