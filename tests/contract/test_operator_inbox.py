"""What operators see and do, and what is forgotten in time."""

from domain.decision import Decision
from domain.delivery import Delivery, KnownDelivery, Outcome, State
from domain.ports.operators import OperatorInbox
from domain.ports.retention import Retention
from domain.ports.webhooks import DeliveryQueue, WebhookInbox
from tests.builders import a_seat, a_session_end, an_end

EVENT = a_session_end()

DAY = 86_400.0


async def received(webhook_inbox: WebhookInbox, key: str, *, now: float = 0) -> Delivery:
    delivery = await webhook_inbox.receive(key, b"body", EVENT, now=now, due=now + 9)
    assert isinstance(delivery, Delivery)
    return delivery


async def test_entries_are_listed_newest_first_and_filtered(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, inbox: OperatorInbox
) -> None:
    done, dead, waiting = [await received(webhook_inbox, f"k-{n}", now=n) for n in range(3)]
    other = await webhook_inbox.receive("k-9", b"{}", a_session_end("enc-2"), now=0, due=9)
    assert isinstance(other, Delivery)
    about = Decision(Outcome.APPLIED, facts=(an_end("f"),), seats=(a_seat(),))
    await deliveries.conclude(done, about, now=5, due=9)
    await deliveries.bury(dead, "unknown-referral", now=5)

    async def ids(
        state: State | None = None, referral: str | None = None, since: float | None = None
    ) -> list[int]:
        found = await inbox.deliveries(state=state, referral=referral, since=since, limit=9)
        return [entry.id for entry in found]

    assert await ids() == [other.id, waiting.id, dead.id, done.id]
    assert await ids(state=State.DEAD) == [dead.id]
    assert await ids(state=State.WAITING) == [other.id, waiting.id]
    assert await ids(state=State.DEAD, referral="enc-1") == [dead.id]
    assert await ids(referral="enc-2") == [other.id]
    assert await ids(since=1) == [waiting.id, dead.id]


async def test_one_entry_is_shown_with_its_body(
    webhook_inbox: WebhookInbox, inbox: OperatorInbox
) -> None:
    delivery = await received(webhook_inbox, "k-1")
    entry = await inbox.delivery(delivery.id)

    assert entry is not None
    assert entry.body == b"body"
    assert await inbox.delivery(delivery.id + 1) is None
    (listed,) = await inbox.deliveries(state=None, referral=None, since=None, limit=9)
    assert listed.body is None


async def test_the_dead_are_retried_one_or_all_or_since(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, inbox: OperatorInbox
) -> None:
    dead = [await received(webhook_inbox, f"k-{n}", now=n) for n in range(4)]
    for delivery in dead:
        await deliveries.bury(delivery, "unknown-referral", now=9)

    assert await inbox.retry(number=dead[0].id, since=None, now=10) == 1
    assert await inbox.retry(number=None, since=3, now=10) == 1
    assert await inbox.retry(number=None, since=None, now=10) == 2
    assert await inbox.retry(number=None, since=None, now=10) == 0
    assert len(await deliveries.claim_deliveries(9, now=10, lease=9)) == 4


async def test_a_discarded_delivery_is_never_tried_again_and_still_recognised(
    webhook_inbox: WebhookInbox, deliveries: DeliveryQueue, inbox: OperatorInbox
) -> None:
    delivery = await received(webhook_inbox, "k-1")

    assert await inbox.discard(delivery.id, "a test call", now=1)
    await deliveries.postpone_delivery(delivery, "x", due=0)

    assert await deliveries.claim_deliveries(9, now=99, lease=9) == []
    assert await webhook_inbox.receive("k-1", b"body", EVENT, now=2, due=9) == KnownDelivery(
        State.DONE, settled=True, why="a test call"
    )
    entry = await inbox.delivery(delivery.id)
    assert entry is not None
    assert (entry.outcome, entry.why) == ("discarded", "a test call")
    assert not await inbox.discard(delivery.id, "again", now=3)


async def test_bodies_are_dropped_in_time_and_keys_are_not(
    webhook_inbox: WebhookInbox,
    deliveries: DeliveryQueue,
    inbox: OperatorInbox,
    retention: Retention,
) -> None:
    done, dead, waiting = [await received(webhook_inbox, f"k-{n}") for n in range(3)]
    await deliveries.conclude(done, Decision(Outcome.IGNORED), now=10, due=11)
    await deliveries.bury(dead, "unknown-referral", now=10)

    assert await retention.prune(settled_before=10, dead_before=10, limit=9) == 0
    assert await retention.prune(settled_before=11, dead_before=10, limit=9) == 1
    assert await retention.prune(settled_before=11, dead_before=11, limit=9) == 1

    for number, delivery in enumerate((done, dead)):
        entry = await inbox.delivery(delivery.id)
        assert entry is not None
        assert (entry.body, entry.referral, entry.meeting) == (None, None, None)
        known = await webhook_inbox.receive(f"k-{number}", b"body", EVENT, now=12, due=13)
        assert isinstance(known, KnownDelivery)
    kept = await inbox.delivery(waiting.id)
    assert kept is not None
    assert (kept.body, kept.referral) == (b"body", EVENT.referral)
    assert await inbox.retry(number=None, since=None, now=12) == 0
