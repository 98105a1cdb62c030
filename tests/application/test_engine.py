"""One engine: what was stored is applied in the end, whatever the attendance service does."""

import asyncio
from collections.abc import Sequence

import orjson
import pytest

from application.sync_presence import SyncOutcome
from domain.delivery import Outcome, State, Verdict
from domain.errors import (
    Partner,
    PartnerBrokenError,
    PartnerMisconfiguredError,
    PartnerRefusedError,
    PartnerTimeoutError,
    PartnerUnavailableError,
)
from domain.facts import Fact, Reported
from domain.meeting import PersonId
from domain.policies.backoff import LONGEST
from entrypoints.container import HANDLED_AT_ONCE, Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.builders import PORTAL, a_report, a_seat, a_session_end, a_webhook_body
from tests.waiting import PATIENCE, all_done

EVENT = a_session_end()
ANA = PersonId("dra-ana")

DOWN = PartnerBrokenError(Partner.ATTENDANCE, "500")


def a_body(call: int = 1, **changed: str) -> bytes:
    body = a_webhook_body(title=changed.pop("title", "enc-1"))
    meeting = {**body["meeting"], "sessionId": f"session-{call}"}  # type: ignore[dict-item]
    return orjson.dumps({**body, "meeting": meeting, **changed})


def soon() -> float:
    return asyncio.get_running_loop().time() + 30


async def received(wired: Container, body: bytes, uuid: str | None = None) -> Verdict:
    headers = {} if uuid is None else {"dyte-uuid": [uuid]}
    return await wired.receive_webhook()(headers, body, soon())


async def worked_off(wired: Container, clock: Clock, rounds: int = 40) -> None:
    """Let the worker do what is due, and time pass, until nothing is left."""
    work = wired.work()
    for _ in range(rounds):
        if not await work._claim():
            clock.pass_by(20)
        while work._in_hand:
            await all_done(work._in_hand)


async def cancelled(tasks: Sequence[asyncio.Task[Verdict]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=PATIENCE)
    assert all(task.cancelled() for task in tasks)


async def test_an_event_is_applied_at_once(wired: Container, attendance: FaultyAttendance) -> None:
    assert await received(wired, a_body()) == Verdict(Outcome.APPLIED)
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_repeat_is_recognised_by_its_bytes_whatever_its_uuid(
    wired: Container, attendance: FaultyAttendance
) -> None:
    await received(wired, a_body(), "uuid-1")

    assert await received(wired, a_body(), "uuid-2") == Verdict(Outcome.DUPLICATE)
    assert len(attendance.told) == 2


async def test_fifty_copies_at_once_make_one_pair_of_updates(
    wired: Container, attendance: FaultyAttendance
) -> None:
    verdicts = await asyncio.gather(
        *(received(wired, a_body(), f"uuid-{number}") for number in range(50))
    )

    assert len(attendance.told) == 2
    assert {verdict.outcome for verdict in verdicts} <= {
        Outcome.APPLIED,
        Outcome.PENDING,
        Outcome.DUPLICATE,
    }


async def test_the_bare_example_puts_both_out_again_for_each_call(
    wired: Container, attendance: FaultyAttendance
) -> None:
    bare = orjson.dumps(a_webhook_body(title="enc-1"))
    for call in range(2):
        await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)
        await wired.report_presence()(PORTAL, a_seat(person="dr-bruno"), soon(), in_meeting=True)

        assert await received(wired, bare, f"uuid-{call}") == Verdict(Outcome.APPLIED)
        assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_bare_example_with_the_same_uuid_is_a_repeat(wired: Container) -> None:
    bare = orjson.dumps(a_webhook_body(title="enc-1"))

    await received(wired, bare, "uuid-1")

    assert await received(wired, bare, "uuid-1") == Verdict(Outcome.DUPLICATE)


@pytest.mark.parametrize(
    "failure",
    [
        DOWN,
        PartnerTimeoutError(Partner.ATTENDANCE, "hangs"),
        PartnerMisconfiguredError(Partner.ATTENDANCE, "401"),
    ],
)
async def test_while_the_attendance_service_fails_events_wait_and_then_are_applied(
    wired: Container, attendance: FaultyAttendance, clock: Clock, failure: Exception
) -> None:
    attendance.failing = failure
    first = await received(wired, a_body())
    repeat = await received(wired, a_body())
    await worked_off(wired, clock)
    attendance.failing = None
    await worked_off(wired, clock)

    assert (first.outcome, repeat.outcome) == (Outcome.PENDING, Outcome.PENDING)
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}
    assert (await received(wired, a_body())).outcome is Outcome.DUPLICATE


async def test_when_one_doctor_fails_both_are_out_in_the_end(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing, attendance.only = DOWN, "dr-bruno"
    verdict = await received(wired, a_body())
    repeat = await received(wired, a_body())
    attendance.failing = None
    await worked_off(wired, clock)

    assert (verdict.outcome, repeat.outcome) == (Outcome.PENDING, Outcome.PENDING)
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_an_unknown_referral_is_a_dead_letter_and_is_not_tried_again(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    body = a_body(title="enc-9")

    verdict = await received(wired, body)
    await worked_off(wired, clock, rounds=3)
    (entry,) = await wired.operator_inbox().deliveries(
        state=State.DEAD, referral=None, since=None, limit=9
    )

    assert verdict == Verdict(Outcome.DEAD, "unknown-referral")
    assert entry.attempts == 1
    assert (await received(wired, body)).outcome is Outcome.DEAD


async def test_a_dead_letter_can_be_retried_once_its_cause_is_fixed(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    await received(wired, a_body(title="enc-9"))
    attendance.put(attendance.referrals.pop(a_seat().referral))
    attendance.referrals[a_seat("enc-9").referral] = attendance.referrals[a_seat().referral]

    await wired.operator_inbox().retry(number=None, since=None, now=clock())
    await worked_off(wired, clock, rounds=3)

    assert (
        await wired.operator_inbox().deliveries(
            state=State.DEAD, referral=None, since=None, limit=9
        )
        == []
    )


async def test_a_signed_body_that_cannot_be_read_becomes_a_dead_letter(wired: Container) -> None:
    signature = wired.sandbox().key.sign(b"not json")
    headers = {"dyte-signature": [signature]}
    verdict = await wired.receive_webhook()(headers, b"not json", soon())
    (entry,) = await wired.operator_inbox().deliveries(
        state=State.DEAD, referral=None, since=None, limit=9
    )

    assert verdict == Verdict(Outcome.DEAD, "malformed-event")
    assert entry.why == "malformed-event"


async def test_an_event_that_was_being_handled_when_the_process_died_is_taken_up_again(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    body = a_body()
    await wired.deliveries().receive(
        "key", body, EVENT, now=clock(), due=clock() + wired.settings().lease
    )
    await worked_off(wired, clock, rounds=1)
    before = attendance.flags_of()
    clock.pass_by(wired.settings().lease)
    await worked_off(wired, clock, rounds=3)

    assert before == {}
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_webhook_over_which_we_crashed_waits_until_that_may_have_been_mended(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        await received(wired, a_body())

    (entry,) = await wired.operator_inbox().deliveries(
        state=None, referral=None, since=None, limit=9
    )
    assert (entry.state, entry.why, entry.due) == (
        State.WAITING,
        "internal-error",
        clock() + LONGEST,
    )


async def test_an_update_over_which_we_crashed_waits_until_that_may_have_been_mended(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing, attendance.only = RuntimeError("a bug"), "dra-ana"

    with pytest.raises(RuntimeError, match="a bug"):
        await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)

    (entry,) = await wired.operator_inbox().updates(referral=None, limit=9)
    assert (entry.why, entry.due) == ("internal-error", clock() + LONGEST)


async def test_a_fact_that_comes_while_an_update_is_under_way_is_told_by_the_next(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    leaving = Fact("left", a_seat().referral, a_seat().meeting, Reported(ANA, in_meeting=False), 0)
    attendance.meanwhile = lambda: wired.presence().append(
        leaving, a_seat(), now=clock(), due=clock()
    )

    await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)
    await worked_off(wired, clock, rounds=2)

    assert attendance.told == [(a_seat(), True), (a_seat(), False)]


async def test_when_as_many_webhooks_are_in_hand_as_may_be_the_next_is_the_workers(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.hanging = True
    in_hand = [
        asyncio.create_task(received(wired, a_body(call))) for call in range(HANDLED_AT_ONCE)
    ]
    await attendance.asked(HANDLED_AT_ONCE)
    shortly = asyncio.get_running_loop().time() + 2

    verdict = await wired.receive_webhook()({}, a_body(HANDLED_AT_ONCE), shortly)

    newest, *_ = await wired.operator_inbox().deliveries(
        state=None, referral=None, since=None, limit=1
    )
    assert verdict == Verdict(Outcome.PENDING)
    assert (newest.due, newest.attempts) == (clock(), 0)
    assert attendance.read == HANDLED_AT_ONCE
    await cancelled(in_hand)


async def test_whoever_is_through_makes_room_for_the_next(
    wired: Container, attendance: FaultyAttendance
) -> None:
    attendance.hanging = True
    in_hand = [
        asyncio.create_task(received(wired, a_body(call))) for call in range(HANDLED_AT_ONCE)
    ]
    await attendance.asked(HANDLED_AT_ONCE)
    await cancelled(in_hand)
    attendance.hanging = False

    assert await received(wired, a_body(HANDLED_AT_ONCE)) == Verdict(Outcome.APPLIED)


async def test_a_bug_of_ours_is_retried_and_loses_nothing(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = RuntimeError("a bug")
    with pytest.raises(RuntimeError):
        await received(wired, a_body())
    clock.pass_by(wired.settings().lease)
    await worked_off(wired, clock, rounds=3)
    attendance.failing = None
    await worked_off(wired, clock, rounds=5)

    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_report_is_told_at_once_and_the_last_one_counts(
    wired: Container, attendance: FaultyAttendance
) -> None:
    report = wired.report_presence()

    assert await report(PORTAL, a_seat(), soon(), in_meeting=True) is SyncOutcome.DONE
    assert await report(PORTAL, a_seat(), soon(), in_meeting=False) is SyncOutcome.DONE
    assert attendance.told == [(a_seat(), True), (a_seat(), False)]


async def test_a_report_that_cannot_be_told_is_stored_and_one_update_tells_the_last(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = DOWN
    report = wired.report_presence()
    for in_meeting in (True, False, True, False):
        assert await report(PORTAL, a_seat(), soon(), in_meeting=in_meeting) is SyncOutcome.LATER
    attendance.failing = None
    await worked_off(wired, clock)

    assert attendance.told == [(a_seat(), False)]


async def test_a_report_that_is_refused_for_good_raises_and_does_not_count(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=False)
    refused = PartnerRefusedError(Partner.ATTENDANCE, 422)
    attendance.failing, attendance.only = refused, "dra-ana"

    with pytest.raises(PartnerRefusedError):
        await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)
    attendance.failing = None
    await worked_off(wired, clock, rounds=2)

    facts = await wired.presence().of_seat(a_seat())
    assert [fact.what.in_meeting for fact in facts] == [False]  # type: ignore[union-attr]


async def test_a_slow_attendance_service_does_not_hold_the_answer(
    wired: Container, attendance: FaultyAttendance
) -> None:
    attendance.hanging = True
    past = asyncio.get_running_loop().time()
    body = a_body()

    verdict = await wired.receive_webhook()({}, body, past + 0.1)

    assert verdict.outcome is Outcome.PENDING


async def test_an_outage_opens_the_breaker_and_then_only_probes_get_through(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = DOWN
    for call in range(20):
        await received(wired, a_body(call, title=f"enc-{call}"))
    work = wired.work()
    tries = 0
    for _ in range(40):
        clock.pass_by(0.5)
        tries += await work._claim()
        while work._in_hand:
            await all_done(work._in_hand)

    assert wired.breaker().open
    assert tries <= 5


async def test_what_changes_nothing_is_answered_at_once_during_an_outage(
    wired: Container, attendance: FaultyAttendance
) -> None:
    attendance.failing = DOWN
    for call in range(10):
        await received(wired, a_body(call, title=f"enc-{call}"))

    assert await received(wired, a_body(11, reason="HOST_ENDED_MEETING")) == Verdict(
        Outcome.IGNORED
    )


async def test_while_the_breaker_is_open_only_its_probes_reach_the_attendance_service(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = DOWN
    for call in range(10):
        await received(wired, a_body(call, title=f"enc-{call}"))
    clock.pass_by(5)
    attendance.failing, attendance.hanging = None, True
    before = attendance.read
    others = [received(wired, a_body(100 + number, title=f"enc-{number}")) for number in range(20)]

    probe = asyncio.create_task(received(wired, a_body(99)))
    await attendance.asked(before + 1)
    verdicts = await asyncio.gather(*others)

    assert {verdict.outcome for verdict in verdicts} == {Outcome.PENDING}
    assert attendance.read == before + 1
    await cancelled([probe])


@pytest.mark.parametrize(("advised", "believed"), [(30, 30), (60, 60), (600, 60)])
async def test_the_partners_own_advice_on_waiting_is_kept_for_at_most_a_minute(
    wired: Container, attendance: FaultyAttendance, clock: Clock, advised: int, believed: int
) -> None:
    attendance.failing = PartnerUnavailableError(Partner.ATTENDANCE, "429", retry_after=advised)
    await received(wired, a_body())

    (entry,) = await wired.operator_inbox().deliveries(
        state=None, referral=None, since=None, limit=1
    )
    assert entry.due == clock() + believed


async def test_an_update_whose_lease_could_run_out_is_released_and_not_made(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    await wired.presence().append(a_report("f-1"), a_seat(), now=clock(), due=clock())
    (claimed,) = await wired.presence().claim_seats(1, now=clock(), lease=15)
    clock.pass_by(11)

    assert await wired.sync_presence()(claimed) is SyncOutcome.LATER
    assert attendance.told == []
    assert await wired.presence().claim_seats(1, now=clock(), lease=15)


async def test_a_refused_update_is_said_again_to_a_repeat_and_can_be_retried(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = PartnerRefusedError(Partner.ATTENDANCE, 422)
    attendance.only = "dr-bruno"
    first = await received(wired, a_body())
    repeat = await received(wired, a_body())
    attendance.failing = None
    revived = await wired.operator_inbox().retry(number=None, since=None, now=clock())
    await worked_off(wired, clock, rounds=2)

    assert first == repeat == Verdict(Outcome.DEAD, "update-refused")
    assert revived == 1
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_repeat_of_an_ignored_event_says_why_again(wired: Container) -> None:
    bare = a_webhook_body(title="enc-1", meeting=None)
    body = orjson.dumps({**bare, "meeting": {"title": "enc-1", "sessionId": "s"}})

    await received(wired, body)

    assert await received(wired, body) == Verdict(Outcome.DUPLICATE, "unknown-meeting")


async def test_stopping_gives_back_what_could_not_be_finished(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.hanging = True
    await wired.presence().append(a_report("f-1"), a_seat(), now=clock(), due=clock())
    work = wired.work()
    await work._claim()
    await asyncio.sleep(0)

    await work.stop(0)

    (again,) = await wired.presence().claim_seats(9, now=clock(), lease=1)
    assert again.failures == 0
