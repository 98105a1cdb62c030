"""Receipts: one caller at a time starts, the others get what came of it; a day later nothing."""

import asyncio

import pytest

from domain.book import Conclusion, Deliveries, Intake, KnownMeetings
from domain.delivery import Delivery, Outcome
from domain.errors import KeyReusedError, StartInProgressError
from domain.inbox import Retention
from domain.meeting import Meeting, MeetingId
from domain.receipt import KEPT, Begun, Receipts, Repeatable
from tests.builders import a_seat, a_session_end, an_end

LEASE = 30.0
START = Repeatable("key:k-1", "fingerprint")
M1 = Meeting(MeetingId("m-1"), title="enc-1", status="ACTIVE", record_on_start=False)
M2 = Meeting(MeetingId("m-2"), title="enc-1")


async def begun(
    receipts: Receipts, holder: str = "h-1", *, now: float = 0, start: Repeatable = START
) -> Begun:
    claim = await receipts.begin(start, holder, now=now, due=now + LEASE)
    assert isinstance(claim, Begun)
    return claim


async def ended(intake: Intake, deliveries: Deliveries, meeting: str) -> None:
    delivery = await intake.receive("end", b"{}", a_session_end(), now=0, due=9)
    assert isinstance(delivery, Delivery)
    fact = an_end("ended", a_seat(meeting=meeting))
    await deliveries.conclude(delivery, Conclusion(Outcome.APPLIED, facts=(fact,)), now=1, due=9)


async def test_a_new_start_is_claimed_and_runs(receipts: Receipts) -> None:
    claim = await begun(receipts, now=5)

    assert (claim.begun, claim.taken_over) == (5, False)
    assert await receipts.begin(START, "h-2", now=LEASE + 4, due=99) is None


async def test_what_came_of_it_is_answered_for_a_day_and_its_meeting_is_known(
    receipts: Receipts, meetings: KnownMeetings
) -> None:
    await receipts.finish(await begun(receipts), M1, "enc-1", now=1)

    assert await receipts.begin(START, "h-2", now=KEPT - 1, due=KEPT + 9) == M1
    assert await meetings.newest("enc-1") == "m-1"
    assert (await begun(receipts, "h-3", now=KEPT)).taken_over is False


@pytest.mark.parametrize("finished", [False, True])
async def test_a_key_that_comes_with_something_else_is_refused(
    receipts: Receipts, finished: bool
) -> None:
    claim = await begun(receipts)
    if finished:
        await receipts.finish(claim, M1, "enc-1", now=1)

    with pytest.raises(KeyReusedError):
        await receipts.begin(Repeatable(START.key, "other"), "h-2", now=LEASE + 1, due=99)


async def test_a_lease_that_ran_out_is_taken_over_and_the_first_beginning_stays(
    receipts: Receipts,
) -> None:
    await begun(receipts, now=5)

    later = await begun(receipts, "h-2", now=LEASE + 5)

    assert (later.begun, later.taken_over) == (5, True)


async def test_whoever_lost_the_claim_changes_nothing(
    receipts: Receipts, meetings: KnownMeetings
) -> None:
    late = await begun(receipts)
    newer = await begun(receipts, "h-2", now=LEASE)

    with pytest.raises(StartInProgressError):
        await receipts.finish(late, M1, "enc-1", now=LEASE)
    with pytest.raises(StartInProgressError):
        await receipts.adopt(late, [M1], "enc-1", now=LEASE)
    await receipts.let_go(late, now=LEASE)
    await receipts.forget(late)

    assert await receipts.begin(START, "h-3", now=LEASE, due=99) is None
    assert await meetings.newest("enc-1") is None
    await receipts.finish(newer, M2, "enc-1", now=LEASE)
    assert await receipts.begin(START, "h-3", now=LEASE, due=99) == M2


async def test_what_was_let_go_is_taken_over_at_once(receipts: Receipts) -> None:
    await receipts.let_go(await begun(receipts, now=5), now=6)

    later = await begun(receipts, "h-2", now=6)

    assert (later.begun, later.taken_over) == (5, True)


async def test_what_was_forgotten_begins_anew_for_anything(receipts: Receipts) -> None:
    await receipts.forget(await begun(receipts))

    anew = await begun(receipts, "h-2", now=7, start=Repeatable(START.key, "other"))

    assert (anew.begun, anew.taken_over) == (7, False)


async def test_what_is_finished_stays_so(receipts: Receipts) -> None:
    claim = await begun(receipts)
    await receipts.finish(claim, M1, "enc-1", now=1)

    await receipts.let_go(claim, now=1)
    await receipts.forget(claim)

    assert await receipts.begin(START, "h-2", now=2, due=99) == M1


async def test_the_first_meeting_that_the_book_does_not_know_is_adopted(
    receipts: Receipts, meetings: KnownMeetings
) -> None:
    await meetings.remember(M1.id, "enc-1", now=0)
    claim = await begun(receipts)

    assert await receipts.adopt(claim, [M1], "enc-1", now=1) is None
    assert await receipts.adopt(claim, [M1, M2], "enc-1", now=1) == M2
    assert await receipts.begin(START, "h-2", now=2, due=99) == M2
    assert await meetings.newest("enc-1") == "m-2"


async def test_a_session_end_ends_only_what_holds_while_the_meeting_is_live(
    receipts: Receipts, intake: Intake, deliveries: Deliveries
) -> None:
    await receipts.finish(await begun(receipts), M1, "enc-1", now=1)
    assert await receipts.begin(START, "h-2", now=2, due=99, while_live=True) == M1

    await ended(intake, deliveries, "m-1")

    assert await receipts.begin(START, "h-2", now=2, due=99) == M1
    anew = await receipts.begin(START, "h-2", now=2, due=99, while_live=True)
    assert anew == Begun(START.key, "h-2", begun=2, taken_over=False)


async def test_old_receipts_are_pruned_unless_somebody_has_them(
    receipts: Receipts, retention: Retention
) -> None:
    old, held, young = [Repeatable(f"key:{name}") for name in ("old", "held", "young")]
    await receipts.finish(await begun(receipts, start=old), M1, "enc-1", now=1)
    await begun(receipts, start=held)
    await begun(receipts, "h-2", now=LEASE, start=held)
    await receipts.finish(await begun(receipts, now=9, start=young), M2, "enc-1", now=9)

    await retention.prune_receipts(begun_before=8)

    assert (await begun(receipts, "h-3", now=LEASE, start=old)).begun == LEASE
    assert await receipts.begin(held, "h-3", now=LEASE, due=99) is None
    assert await receipts.begin(young, "h-3", now=LEASE, due=99) == M2


async def test_a_start_that_was_taken_over_after_a_day_still_is_in_hand(receipts: Receipts) -> None:
    await begun(receipts)
    await begun(receipts, "h-2", now=KEPT - 1)

    assert await receipts.begin(START, "h-3", now=KEPT + 1, due=KEPT + 99) is None


async def test_of_fifty_calls_at_once_one_begins(receipts: Receipts) -> None:
    found = await asyncio.gather(
        *(receipts.begin(START, f"h-{n}", now=0, due=LEASE) for n in range(50))
    )

    assert sum(isinstance(one, Begun) for one in found) == 1
    assert found.count(None) == 49


async def test_of_fifty_calls_at_once_one_takes_over(receipts: Receipts) -> None:
    await begun(receipts)

    found = await asyncio.gather(
        *(receipts.begin(START, f"h-{n}", now=LEASE, due=2 * LEASE) for n in range(50))
    )

    assert sum(isinstance(one, Begun) for one in found) == 1
    assert found.count(None) == 49


async def test_no_meeting_is_adopted_twice(receipts: Receipts) -> None:
    claims = [await begun(receipts, start=Repeatable(f"key:{n}")) for n in range(20)]

    adopted = await asyncio.gather(
        *(receipts.adopt(claim, [M1, M2], "enc-1", now=1) for claim in claims)
    )

    assert [adopted.count(meeting) for meeting in (M1, M2, None)] == [1, 1, 18]
