"""What is stored of refusals: how many, since when, and whether the referral was ever read."""

from domain.claims import ClaimedSeat, Settled
from domain.decision import Decision
from domain.delivery import Delivery, Outcome
from domain.policies.refusal import NO_REFUSALS, Refusals
from domain.ports.operators import OperatorInbox
from domain.ports.webhooks import DeliveryQueue, WebhookInbox
from domain.referral import ReferralId
from tests.builders import a_report, a_seat, a_session_end, an_end
from tests.contract.conftest import PresenceStore

LEASE = 15.0
ENC_1 = ReferralId("enc-1")


async def appended(
    seats: PresenceStore, key: str, *, now: float = 0, known: bool = False
) -> ClaimedSeat:
    claimed = await seats.append(a_report(key), a_seat(), now=now, due=now + LEASE, known=known)
    assert claimed is not None
    return claimed


async def received(webhook_inbox: WebhookInbox) -> Delivery:
    delivery = await webhook_inbox.receive("k-1", b"{}", a_session_end(), now=0, due=LEASE)
    assert isinstance(delivery, Delivery)
    return delivery


async def test_a_referral_is_known_from_a_report_of_somebody_who_had_to_have_one(
    seats: PresenceStore, deliveries: DeliveryQueue
) -> None:
    by_service = await appended(seats, "f-1")
    before = await deliveries.knows_referral(ENC_1)
    await seats.release_seat(by_service, now=1)
    by_doctor = await appended(seats, "f-2", now=1, known=True)
    await seats.release_seat(by_doctor, now=2)
    by_service_again = await appended(seats, "f-3", now=2)

    assert (by_service.known, before) == (False, False)
    assert by_doctor.known
    assert by_service_again.known
    assert await deliveries.knows_referral(ENC_1)
    assert not await deliveries.knows_referral(ReferralId("enc-2"))


async def test_a_referral_is_known_from_a_webhook_that_was_decided_by_it(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, seats: PresenceStore
) -> None:
    guest = a_seat(person="guest")
    await seats.append(a_report("f-0", guest), guest, now=0, due=0)
    delivery = await received(webhook_inbox)
    decision = Decision(Outcome.APPLIED, facts=(an_end("e-1"),), seats=(a_seat(),))

    concluded = await deliveries.conclude(delivery, decision, now=1, due=1 + LEASE)

    assert concluded is not None
    assert {seat.seat.person: seat.known for seat in concluded.claimed} == {
        "dra-ana": True,
        "guest": False,
    }


async def test_a_referral_is_known_from_an_update_that_succeeded_and_not_from_one_not_made(
    seats: PresenceStore,
) -> None:
    first = await appended(seats, "f-1")
    await seats.settle(Settled(first, seq=first.seq, in_meeting=True, now=1, updated=False))
    second = await appended(seats, "f-2", now=2)
    await seats.settle(Settled(second, seq=second.seq, in_meeting=True, now=3))
    third = await appended(seats, "f-3", now=4)

    assert [first.known, second.known, third.known] == [False, False, True]


async def test_refusals_of_a_seat_are_kept_until_a_success_or_the_end(seats: PresenceStore) -> None:
    refusals = Refusals(3, 12.5)
    claimed = await appended(seats, "f-1")
    await seats.postpone_seat(claimed, "partner-declined", due=1, refusals=refusals)
    (again,) = await seats.claim_seats(9, now=1, lease=LEASE)
    await seats.postpone_seat(again, "partner-timeout", due=2)
    (kept,) = await seats.claim_seats(9, now=2, lease=LEASE)
    await seats.settle(Settled(kept, seq=kept.seq, in_meeting=True, now=3))
    after_success = await appended(seats, "f-2", now=4)
    await seats.postpone_seat(after_success, "partner-declined", due=5, refusals=refusals)
    (last,) = await seats.claim_seats(9, now=5, lease=LEASE)
    await seats.refuse(last, "unknown-referral", seq=last.seq, now=6)

    assert again.refusals == kept.refusals == last.refusals == refusals
    assert after_success.refusals == NO_REFUSALS
    assert (await appended(seats, "f-3", now=7)).refusals == NO_REFUSALS


async def test_refusals_of_a_webhook_are_kept_and_an_operators_retry_forgets_them(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, inbox: OperatorInbox
) -> None:
    refusals = Refusals(2, 7.5)
    delivery = await received(webhook_inbox)
    await deliveries.postpone_delivery(delivery, "unknown-referral", due=1, refusals=refusals)
    (again,) = await deliveries.claim_deliveries(9, now=1, lease=LEASE)
    await deliveries.postpone_delivery(again, "deadline", due=2)
    (kept,) = await deliveries.claim_deliveries(9, now=2, lease=LEASE)
    await deliveries.bury(kept, "unknown-referral", now=3)
    await inbox.retry(number=None, since=None, now=4)
    (retried,) = await deliveries.claim_deliveries(9, now=4, lease=LEASE)

    assert again.refusals == kept.refusals == refusals
    assert retried.refusals == NO_REFUSALS
