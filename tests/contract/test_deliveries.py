"""Webhooks in the durable book: stored once, claimed by one, settled by the newest claim only."""

import asyncio

from domain.book import Conclusion, Deliveries, Intake, Known, Seats
from domain.delivery import Delivery, Outcome, State
from domain.inbox import Inbox
from tests.builders import a_seat, a_session_end, an_end

EVENT = a_session_end()

LEASE = 15.0


async def received(intake: Intake, key: str = "k-1", *, now: float = 0, due: float = 0) -> Delivery:
    delivery = await intake.receive(key, b"{}", EVENT, now=now, due=due)
    assert isinstance(delivery, Delivery)
    return delivery


async def test_a_new_webhook_is_claimed_by_whoever_stored_it(
    intake: Intake, deliveries: Deliveries
) -> None:
    delivery = await received(intake, due=LEASE)

    assert (delivery.key, delivery.body, delivery.failures) == ("k-1", b"{}", 0)
    assert await deliveries.claim_deliveries(9, now=LEASE - 1, lease=LEASE) == []


async def test_a_lease_that_ran_out_is_claimed_again(
    intake: Intake, deliveries: Deliveries
) -> None:
    late = await received(intake, due=LEASE)

    (newer,) = await deliveries.claim_deliveries(9, now=LEASE, lease=LEASE)

    assert newer.id == late.id
    assert newer.attempts == late.attempts + 1


async def test_a_late_worker_changes_nothing(
    intake: Intake, deliveries: Deliveries, inbox: Inbox
) -> None:
    late = await received(intake, due=LEASE)
    await deliveries.claim_deliveries(1, now=LEASE, lease=LEASE)

    done = await deliveries.conclude(late, Conclusion(Outcome.IGNORED), now=20, due=30)
    await deliveries.bury(late, "late", now=20)
    await deliveries.postpone_delivery(late, "late", due=0)

    assert done is None
    entry = await inbox.entry(late.id)
    assert entry is not None
    assert (entry.state, entry.due, entry.failures) == (State.WAITING, 2 * LEASE, 0)


async def test_a_repeat_is_told_what_became_of_the_first(
    intake: Intake, deliveries: Deliveries
) -> None:
    first = await received(intake, due=LEASE)
    waiting = await intake.receive("k-1", b"other", EVENT, now=1, due=LEASE)
    await deliveries.conclude(first, Conclusion(Outcome.IGNORED), now=2, due=LEASE)
    done = await intake.receive("k-1", b"{}", EVENT, now=3, due=LEASE)
    other = await received(intake, "k-2", due=LEASE)
    await deliveries.bury(other, "unknown-referral", now=4)
    dead = await intake.receive("k-2", b"{}", EVENT, now=5, due=LEASE)

    assert waiting == Known(State.WAITING, settled=True)
    assert done == Known(State.DONE, settled=True)
    assert dead == Known(State.DEAD, settled=True, why="unknown-referral")


async def test_what_has_not_reached_the_attendance_service_is_not_settled(
    intake: Intake, deliveries: Deliveries, seats: Seats
) -> None:
    first = await received(intake, due=LEASE)
    conclusion = Conclusion(Outcome.APPLIED, facts=(an_end("f"),), seats=(a_seat(),))
    claimed = await deliveries.conclude(first, conclusion, now=0, due=LEASE)
    assert claimed
    before = await intake.receive("k-1", b"{}", EVENT, now=1, due=LEASE)
    await seats.settle(claimed[0], seq=claimed[0].seq, in_meeting=False, now=2)
    after = await intake.receive("k-1", b"{}", EVENT, now=3, due=LEASE)

    assert before == Known(State.DONE, settled=False)
    assert after == Known(State.DONE, settled=True)


async def test_concluding_stores_the_fact_and_claims_its_seats(
    intake: Intake, deliveries: Deliveries, seats: Seats
) -> None:
    delivery = await received(intake, due=LEASE)
    both = (a_seat(person="dra-ana"), a_seat(person="dr-bruno"))

    claimed = await deliveries.conclude(
        delivery,
        Conclusion(Outcome.APPLIED, facts=(an_end("f"),), seats=both),
        now=1,
        due=1 + LEASE,
    )

    assert claimed is not None
    assert {seat.seat for seat in claimed} == set(both)
    for seat in claimed:
        (fact,) = await seats.facts(seat.seat)
        assert fact.seq == seat.seq


async def test_a_fact_that_is_known_claims_nothing(intake: Intake, deliveries: Deliveries) -> None:
    conclusion = Conclusion(Outcome.APPLIED, facts=(an_end("same"),), seats=(a_seat(),))
    first, second = await received(intake, "k-1", due=9), await received(intake, "k-2", due=9)

    await deliveries.conclude(first, conclusion, now=1, due=9)

    assert await deliveries.conclude(second, conclusion, now=1, due=9) == []


async def test_a_postponed_delivery_waits_and_counts_its_failures(
    intake: Intake, deliveries: Deliveries
) -> None:
    delivery = await received(intake, due=LEASE)

    await deliveries.postpone_delivery(delivery, "partner-timeout", due=7)

    assert await deliveries.claim_deliveries(9, now=6, lease=LEASE) == []
    (again,) = await deliveries.claim_deliveries(9, now=7, lease=LEASE)
    assert again.failures == 1


async def test_a_released_delivery_is_due_at_once_and_counts_no_failure(
    intake: Intake, deliveries: Deliveries
) -> None:
    delivery = await received(intake, due=LEASE)

    await deliveries.release_delivery(delivery, now=1)

    (again,) = await deliveries.claim_deliveries(9, now=1, lease=LEASE)
    assert again.failures == 0


async def test_the_dead_are_not_claimed(intake: Intake, deliveries: Deliveries) -> None:
    await deliveries.bury(await received(intake, due=LEASE), "unknown-referral", now=1)

    assert await deliveries.claim_deliveries(9, now=99, lease=LEASE) == []


async def test_claims_that_never_come_back_are_tried_alone_and_then_set_aside(
    intake: Intake, deliveries: Deliveries, inbox: Inbox
) -> None:
    delivery = await received(intake)
    claimed = []
    for round_number in range(12):
        now = round_number * LEASE
        trusted = await deliveries.claim_deliveries(9, now=now, lease=LEASE)
        alone = await deliveries.claim_deliveries(9, now=now, lease=LEASE, suspects=True)
        claimed.append("trusted" if trusted else "alone" if alone else "none")

    assert claimed == ["trusted"] * 4 + ["alone"] * 6 + ["none"] * 2
    entry = await inbox.entry(delivery.id)
    assert entry is not None
    assert (entry.state, entry.why) == (State.DEAD, "poison")


async def test_failures_of_a_partner_never_make_poison(
    intake: Intake, deliveries: Deliveries
) -> None:
    await received(intake)
    for number in range(50):
        (delivery,) = await deliveries.claim_deliveries(9, now=number, lease=LEASE)
        await deliveries.postpone_delivery(delivery, "partner-timeout", due=number)

    (delivery,) = await deliveries.claim_deliveries(9, now=99, lease=LEASE)
    assert delivery.failures == 50


async def test_fifty_copies_at_once_are_stored_once(intake: Intake) -> None:
    answers = await asyncio.gather(
        *(intake.receive("same", b"{}", EVENT, now=0, due=LEASE) for _ in range(50))
    )

    assert sum(isinstance(answer, Delivery) for answer in answers) == 1


async def test_claimers_at_the_same_time_never_get_the_same(
    intake: Intake, deliveries: Deliveries
) -> None:
    for number in range(60):
        await received(intake, f"k-{number}")

    batches = await asyncio.gather(
        *(deliveries.claim_deliveries(7, now=1, lease=LEASE) for _ in range(20))
    )

    ids = [delivery.id for batch in batches for delivery in batch]
    assert len(ids) == len(set(ids)) == 60
