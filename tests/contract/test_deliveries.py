"""Webhooks in storage: stored once, claimed by one, settled by the newest claim only."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from adapters.storage.deliveries import CLAIM, RECEIVE
from adapters.storage.sqlite import SqliteStore
from adapters.storage.suspects import TRUSTED
from adapters.storage.transaction import one_statement
from domain.claims import Concluded, Settled
from domain.decision import Decision
from domain.delivery import Delivery, KnownDelivery, Outcome, State
from domain.meeting import KnownMeeting, MeetingId
from domain.policies.refusal import Refusals
from domain.ports.meetings import MeetingRepository
from domain.ports.operators import OperatorInbox
from domain.ports.webhooks import DeliveryQueue, WebhookInbox
from tests.builders import a_report, a_seat, a_session_end, an_end
from tests.contract.conftest import PresenceStore

EVENT = a_session_end()

LEASE = 15.0


async def received(
    webhook_inbox: WebhookInbox, key: str = "k-1", *, now: float = 0, due: float = 0
) -> Delivery:
    delivery = await webhook_inbox.receive(key, b"{}", EVENT, now=now, due=due)
    assert isinstance(delivery, Delivery)
    return delivery


async def test_a_new_webhook_is_claimed_by_the_call_that_stored_it(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    delivery = await received(webhook_inbox, due=LEASE)

    assert (delivery.key, delivery.body, delivery.failures) == ("k-1", b"{}", 0)
    assert await deliveries.claim_deliveries(9, now=LEASE - 1, lease=LEASE) == []


async def test_a_delivery_comes_with_what_is_known_of_its_meeting(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, meetings: MeetingRepository
) -> None:
    unheard_of = await received(webhook_inbox)
    await meetings.add(MeetingId("meeting-1"), "enc-1", now=5)

    heard_of = await received(webhook_inbox, "k-2", due=LEASE)
    (claimed,) = await deliveries.claim_deliveries(9, now=1, lease=LEASE)

    assert (claimed.id, unheard_of.meeting) == (unheard_of.id, None)
    assert heard_of.meeting == claimed.meeting == KnownMeeting("enc-1", opened=5)


@pytest.mark.parametrize(
    ("statement", "values"),
    [(RECEIVE, ("k", "", None, None, b"", 0, 0, 1)), (CLAIM, (15, 0, 0, 9))],
)
async def test_its_meeting_is_found_by_an_index(
    tmp_path: Path, statement: str, values: tuple[object, ...]
) -> None:
    store = await SqliteStore.open(tmp_path / "storage.db")

    steps = await store.run(one_statement(f"EXPLAIN QUERY PLAN {statement}", values))
    await store.close()

    found = [step["detail"] for step in steps if "meetings" in step["detail"]]
    assert found
    assert all(step.startswith("SEARCH meetings USING INDEX") for step in found)


async def test_a_lease_that_ran_out_is_claimed_again(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    late = await received(webhook_inbox, due=LEASE)

    (newer,) = await deliveries.claim_deliveries(9, now=LEASE, lease=LEASE)

    assert newer.id == late.id
    assert newer.attempts == late.attempts + 1


async def test_a_late_worker_changes_nothing(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, inbox: OperatorInbox
) -> None:
    late = await received(webhook_inbox, due=LEASE)
    await deliveries.claim_deliveries(1, now=LEASE, lease=LEASE)

    done = await deliveries.conclude(late, Decision(Outcome.IGNORED), now=20, due=30)
    await deliveries.bury(late, "late", now=20)
    await deliveries.postpone_delivery(late, "late", due=0)

    assert done is None
    entry = await inbox.delivery(late.id)
    assert entry is not None
    assert (entry.state, entry.due, entry.failures) == (State.WAITING, 2 * LEASE, 0)


async def test_a_repeat_is_told_what_became_of_the_first(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    first = await received(webhook_inbox, due=LEASE)
    waiting = await webhook_inbox.receive("k-1", b"other", EVENT, now=1, due=LEASE)
    await deliveries.conclude(first, Decision(Outcome.IGNORED), now=2, due=LEASE)
    done = await webhook_inbox.receive("k-1", b"{}", EVENT, now=3, due=LEASE)
    other = await received(webhook_inbox, "k-2", due=LEASE)
    await deliveries.bury(other, "unknown-referral", now=4)
    dead = await webhook_inbox.receive("k-2", b"{}", EVENT, now=5, due=LEASE)

    assert waiting == KnownDelivery(State.WAITING, settled=True)
    assert done == KnownDelivery(State.DONE, settled=True)
    assert dead == KnownDelivery(State.DEAD, settled=True, why="unknown-referral")


async def test_what_has_not_reached_the_attendance_service_is_not_settled(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, seats: PresenceStore
) -> None:
    first = await received(webhook_inbox, due=LEASE)
    decision = Decision(Outcome.APPLIED, facts=(an_end("f"),), seats=(a_seat(),))
    concluded = await deliveries.conclude(first, decision, now=0, due=LEASE)
    assert concluded
    claimed = concluded.claimed
    before = await webhook_inbox.receive("k-1", b"{}", EVENT, now=1, due=LEASE)
    await seats.settle(Settled(claimed[0], seq=claimed[0].seq, in_meeting=False, now=2))
    after = await webhook_inbox.receive("k-1", b"{}", EVENT, now=3, due=LEASE)

    assert before == KnownDelivery(State.DONE, settled=False)
    assert after == KnownDelivery(State.DONE, settled=True)


async def test_concluding_stores_the_fact_and_claims_its_seats(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, seats: PresenceStore
) -> None:
    delivery = await received(webhook_inbox, due=LEASE)
    both = (a_seat(person="dra-ana"), a_seat(person="dr-bruno"))

    concluded = await deliveries.conclude(
        delivery,
        Decision(Outcome.APPLIED, facts=(an_end("f"),), seats=both),
        now=1,
        due=1 + LEASE,
    )

    assert concluded is not None
    assert concluded.news
    assert {seat.seat for seat in concluded.claimed} == set(both)
    for seat in concluded.claimed:
        (fact,) = await seats.of_seat(seat.seat)
        assert fact.seq == seat.seq


async def test_a_seat_that_somebody_else_is_telling_is_waited_for(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, seats: PresenceStore
) -> None:
    await seats.append(a_report("r", a_seat()), a_seat(), now=0, due=LEASE)
    delivery = await received(webhook_inbox, due=LEASE)
    decision = Decision(Outcome.APPLIED, facts=(an_end("f"),))

    concluded = await deliveries.conclude(delivery, decision, now=1, due=1 + LEASE)

    assert concluded
    assert (concluded.news, concluded.waiting, [*concluded.claimed]) == (True, True, [])


async def test_a_fact_that_is_known_claims_nothing_and_says_whether_it_has_been_told(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, seats: PresenceStore
) -> None:
    decision = Decision(Outcome.APPLIED, facts=(an_end("same"),), seats=(a_seat(),))
    first, second, third = [
        await received(webhook_inbox, f"k-{number}", due=9) for number in range(3)
    ]

    concluded = await deliveries.conclude(first, decision, now=1, due=9)
    assert concluded
    (claimed,) = concluded.claimed

    assert await deliveries.conclude(second, decision, now=1, due=9) == Concluded(waiting=True)
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=False, now=2))
    assert await deliveries.conclude(third, decision, now=2, due=9) == Concluded()


async def test_a_postponed_delivery_waits_and_counts_its_failures(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    delivery = await received(webhook_inbox, due=LEASE)

    await deliveries.postpone_delivery(delivery, "partner-timeout", due=7)

    assert await deliveries.claim_deliveries(9, now=6, lease=LEASE) == []
    (again,) = await deliveries.claim_deliveries(9, now=7, lease=LEASE)
    assert again.failures == 1


async def test_a_released_delivery_is_due_at_once_and_counts_no_failure(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    delivery = await received(webhook_inbox, due=LEASE)

    await deliveries.release_delivery(delivery, now=1)

    (again,) = await deliveries.claim_deliveries(9, now=1, lease=LEASE)
    assert again.failures == 0


async def test_the_dead_are_not_claimed(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    await deliveries.bury(await received(webhook_inbox, due=LEASE), "unknown-referral", now=1)

    assert await deliveries.claim_deliveries(9, now=99, lease=LEASE) == []


async def test_claims_that_never_come_back_are_tried_alone_ever_more_slowly_and_for_ever(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, inbox: OperatorInbox
) -> None:
    delivery = await received(webhook_inbox)
    trusted, alone = [], []
    for now in range(0, 3000, 5):
        if await deliveries.claim_deliveries(9, now=now, lease=LEASE):
            trusted.append(now)
        if await deliveries.claim_deliveries(9, now=now, lease=LEASE, suspects=True):
            alone.append(now)

    waits = [later - earlier - LEASE for earlier, later in pairwise([trusted[-1], *alone])]
    assert trusted == [0, LEASE, 2 * LEASE, 3 * LEASE]
    assert waits == [10, 20, 40, 80, 160, 320, 600, 600, 600]
    entry = await inbox.delivery(delivery.id)
    assert entry is not None
    assert (entry.state, entry.why) == (State.WAITING, "claims-lost")


async def test_a_claim_that_is_given_back_was_not_lost_and_those_before_it_still_were(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    await received(webhook_inbox)
    for number in range(TRUSTED):
        await deliveries.claim_deliveries(9, now=number * LEASE, lease=LEASE)
    now = TRUSTED * LEASE
    (kept,) = await deliveries.claim_deliveries(9, now=now, lease=LEASE)
    await deliveries.release_delivery(kept, now=now)

    again = await deliveries.claim_deliveries(9, now=now, lease=LEASE)
    suspected = await deliveries.claim_deliveries(9, now=now + LEASE, lease=LEASE)
    alone = await deliveries.claim_deliveries(9, now=now + LEASE + 10, lease=LEASE, suspects=True)

    assert (len(again), len(suspected), len(alone)) == (1, 0, 1)


async def test_when_the_partner_is_back_a_delivery_that_failed_is_due_and_others_keep_their_time(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    failed, refused, _held = [
        await received(webhook_inbox, key, due=LEASE) for key in ("failed", "refused", "held")
    ]
    await deliveries.postpone_delivery(failed, "partner-timeout", due=60)
    await deliveries.postpone_delivery(refused, "partner-declined", due=60, refusals=Refusals(1))

    await deliveries.hasten_deliveries(now=1)

    due = await deliveries.claim_deliveries(9, now=1, lease=LEASE)
    assert [delivery.key for delivery in due] == ["failed"]


async def test_failures_of_a_partner_never_make_poison(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    await received(webhook_inbox)
    for number in range(50):
        (delivery,) = await deliveries.claim_deliveries(9, now=number, lease=LEASE)
        await deliveries.postpone_delivery(delivery, "partner-timeout", due=number)

    (delivery,) = await deliveries.claim_deliveries(9, now=99, lease=LEASE)
    assert delivery.failures == 50


async def test_fifty_copies_at_once_are_stored_once(webhook_inbox: WebhookInbox) -> None:
    answers = await asyncio.gather(
        *(webhook_inbox.receive("same", b"{}", EVENT, now=0, due=LEASE) for _ in range(50))
    )

    assert sum(isinstance(answer, Delivery) for answer in answers) == 1


async def test_claimers_at_the_same_time_never_get_the_same(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue
) -> None:
    for number in range(60):
        await received(webhook_inbox, f"k-{number}")

    batches = await asyncio.gather(
        *(deliveries.claim_deliveries(7, now=1, lease=LEASE) for _ in range(20))
    )

    ids = [delivery.id for batch in batches for delivery in batch]
    assert len(ids) == len(set(ids)) == 60
