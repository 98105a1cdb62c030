"""One engine: what was stored is applied in the end, whatever the attendance service does."""

import asyncio

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
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.builders import PORTAL, a_report, a_seat, a_session_end, a_webhook_body

EVENT = a_session_end()

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
            await asyncio.wait(work._in_hand)


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


async def test_a_dead_letter_can_be_tried_again_once_its_cause_is_mended(
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


async def test_a_signed_body_that_nobody_understands_is_kept_for_people(wired: Container) -> None:
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


async def test_a_report_is_pushed_at_once_and_the_last_one_holds(
    wired: Container, attendance: FaultyAttendance
) -> None:
    report = wired.report_presence()

    assert await report(PORTAL, a_seat(), soon(), in_meeting=True) is SyncOutcome.DONE
    assert await report(PORTAL, a_seat(), soon(), in_meeting=False) is SyncOutcome.DONE
    assert attendance.told == [(a_seat(), True), (a_seat(), False)]


async def test_a_report_that_cannot_be_told_is_stored_and_one_push_brings_the_last(
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
        await received(wired, a_body(call))
    work = wired.work()
    tries = 0
    for _ in range(40):
        clock.pass_by(0.5)
        tries += await work._claim()
        while work._in_hand:
            await asyncio.wait(work._in_hand)

    assert wired.breaker().open
    assert tries <= 5


async def test_what_changes_nothing_is_answered_at_once_during_an_outage(
    wired: Container, attendance: FaultyAttendance
) -> None:
    attendance.failing = DOWN
    for call in range(10):
        await received(wired, a_body(call))

    assert await received(wired, a_body(11, reason="HOST_ENDED_MEETING")) == Verdict(
        Outcome.IGNORED
    )


async def test_while_the_breaker_is_open_only_its_probes_reach_the_attendance_service(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = DOWN
    for call in range(10):
        await received(wired, a_body(call))
    clock.pass_by(5)
    attendance.failing, attendance.hanging = None, True

    pushes = [asyncio.create_task(received(wired, a_body(100 + n))) for n in range(20)]
    await asyncio.wait(pushes, timeout=0.2)

    assert attendance.read <= 11
    for push in pushes:
        push.cancel()


async def test_the_partners_own_advice_on_waiting_is_kept(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = PartnerUnavailableError(Partner.ATTENDANCE, "429", retry_after=90)
    await received(wired, a_body())

    (entry,) = await wired.operator_inbox().deliveries(
        state=None, referral=None, since=None, limit=1
    )
    assert entry.due == clock() + 90


async def test_a_push_whose_lease_could_run_out_is_given_back_not_made(
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
