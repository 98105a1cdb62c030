"""Which calls are on, and how operators' views see that something changed."""

from itertools import pairwise

from domain.claims import Settled, SweepAnswer
from domain.decision import Decision
from domain.delivery import Delivery, Outcome
from domain.meeting import MeetingId, PersonId
from domain.ports.closings import Closings
from domain.ports.meetings import MeetingRepository
from domain.ports.operator_watch import OperatorWatch
from domain.ports.sweeps import Sweeps
from domain.ports.webhooks import DeliveryQueue, WebhookInbox
from domain.provider_says import LastAnswer
from domain.referral import ReferralId
from tests.builders import a_report, a_seat, a_session_end
from tests.contract.conftest import PresenceStore
from tests.contract.test_sweeps import ANSWER, LEASE

REFERRAL = ReferralId("enc-1")
SEAT = a_seat()


async def test_calls_that_are_watched_are_on_and_those_that_disagree_come_first(
    meetings: MeetingRepository,
    seats: PresenceStore,
    sweeps: Sweeps,
    operator_watch: OperatorWatch,
) -> None:
    for number in range(4):
        await meetings.add(MeetingId(f"m-{number}"), REFERRAL, now=number)
    over = await sweeps.claim_sweep(now=9, lease=LEASE)
    assert over is not None
    assert over.meeting == "m-0"
    await sweeps.note_answer(over, SweepAnswer(None, upto=10**9), now=9, due=None)
    told = a_seat(meeting="m-1")
    claimed = await seats.append(a_report("f-1", told), told, now=5, due=20)
    assert claimed is not None
    await seats.settle(
        Settled(claimed, seq=claimed.seq, in_meeting=True, now=6, since=5, connected=False)
    )
    untold = a_seat(meeting="m-2")
    await seats.append(a_report("f-2", untold), untold, now=4, due=4)

    found = await operator_watch.calls(9)

    assert list(found) == [(REFERRAL, "m-2"), (REFERRAL, "m-1"), (REFERRAL, "m-3")]
    assert list(await operator_watch.calls(2)) == [(REFERRAL, "m-2"), (REFERRAL, "m-1")]


async def test_the_last_answer_of_the_provider_is_kept_with_its_time(
    seats: PresenceStore, sweeps: Sweeps, operator_watch: OperatorWatch
) -> None:
    await seats.append(a_report("f-1"), SEAT, now=0, due=0)
    before = await operator_watch.answers(REFERRAL)
    sweep = await sweeps.claim_sweep(now=1, lease=LEASE)
    assert sweep is not None
    await sweeps.note_answer(sweep, ANSWER, now=2, due=3)

    assert before == {}
    answer = LastAnswer(2, frozenset({("p-1", PersonId("dra-ana"))}))
    assert await operator_watch.answers(REFERRAL) == {SEAT.meeting: answer}
    assert await operator_watch.answers(ReferralId("enc-2")) == {}


async def test_a_version_changes_with_what_becomes_of_webhooks_and_updates(
    seats: PresenceStore,
    webhook_inbox: WebhookInbox,
    deliveries: DeliveryQueue,
    operator_watch: OperatorWatch,
) -> None:
    seen: list[object] = []

    async def note() -> None:
        calls = await operator_watch.calls(9)
        versions = await operator_watch.versions([REFERRAL, ReferralId("nothing")])
        assert set(versions) <= {REFERRAL}
        waiting = await operator_watch.waiting()
        seen.append((versions.get(REFERRAL), waiting, calls.get((REFERRAL, SEAT.meeting))))

    await note()
    delivery = await webhook_inbox.receive("k-1", b"{}", a_session_end(), now=1, due=9)
    assert isinstance(delivery, Delivery)
    await note()
    await deliveries.bury(delivery, "unknown-referral", now=2)
    await note()
    claimed = await seats.append(a_report("f-1", SEAT), SEAT, now=3, due=20)
    assert claimed is not None
    await note()
    await seats.settle(Settled(claimed, seq=claimed.seq, in_meeting=True, now=4, since=4))
    await note()
    claimed = await seats.append(a_report("f-2", SEAT, in_meeting=False), SEAT, now=5, due=20)
    assert claimed is not None
    await seats.refuse(claimed, "partner-refused", seq=claimed.seq, now=6)
    await note()

    assert all(one != other for one, other in pairwise(seen))
    *_, told, refused = seen
    assert all(one != other for one, other in zip(told, refused, strict=True))  # type: ignore[call-overload]
    assert await operator_watch.versions([]) == {}


async def test_what_waits_changes_with_each_try_and_each_kind_of_work(
    meetings: MeetingRepository,
    webhook_inbox: WebhookInbox,
    deliveries: DeliveryQueue,
    closings: Closings,
    operator_watch: OperatorWatch,
) -> None:
    seen = [await operator_watch.waiting()]
    delivery = await webhook_inbox.receive("k-1", b"{}", a_session_end(), now=1, due=9)
    assert isinstance(delivery, Delivery)
    seen.append(await operator_watch.waiting())
    await deliveries.postpone_delivery(delivery, "partner-unavailable", due=11)
    seen.append(await operator_watch.waiting())
    (again,) = await deliveries.claim_deliveries(now=12, lease=9, limit=9)
    seen.append(await operator_watch.waiting())
    await deliveries.conclude(again, Decision(Outcome.IGNORED), now=13, due=20)
    seen.append(await operator_watch.waiting())
    await meetings.add(SEAT.meeting, REFERRAL, now=14)
    await closings.ask(SEAT.meeting, now=14, due=30)
    seen.append(await operator_watch.waiting())

    assert all(one != other for one, other in pairwise(seen))
