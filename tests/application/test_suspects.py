"""What was acknowledged is never ended because processes died over it, or beside it."""

import pytest
from dependency_injector import providers

from application.work import TURN
from domain.delivery import State
from domain.errors import Partner, PartnerTimeoutError
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.test_engine import EVENT, a_body, soon
from tests.builders import PORTAL, a_referral, a_report, a_seat
from tests.waiting import all_done

HANGS = PartnerTimeoutError(Partner.ATTENDANCE, "hangs")


@pytest.fixture
def container(container: Container) -> Container:
    """With a partner time-out of one second, as in a hurry."""
    hurried = container.settings().model_copy(update={"partner_timeout": 1.0})
    container.settings.override(providers.Object(hurried))
    return container


async def lives_on(wired: Container, clock: Clock, seconds: float) -> None:
    """The worker does what is due, for so long."""
    work, end = wired.work(), clock() + seconds
    while clock() < end:
        while await work._claim():
            while work._in_hand:
                await all_done(work._in_hand)
        clock.pass_by(5)


async def dies(wired: Container, clock: Clock) -> None:
    """A process that claims what is due, and is killed."""
    for suspects in (False, True):
        for claim in (wired.presence().claim_seats, wired.deliveries().claim_deliveries):
            await claim(32, now=clock(), lease=wired.settings().lease, suspects=suspects)
    clock.pass_by(wired.settings().lease)


async def test_a_leave_that_was_answered_is_told_however_often_processes_die_in_an_outage(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)
    attendance.failing = HANGS
    await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=False)
    await wired.deliveries().receive("key", a_body(), EVENT, now=clock(), due=clock())
    clock.pass_by(20)
    for _ in range(400):
        await dies(wired, clock)
    (update,) = await wired.operator_inbox().updates(referral=None, limit=9)
    (webhook,) = await wired.operator_inbox().deliveries(
        state=State.WAITING, referral=None, since=None, limit=9
    )
    attendance.failing = None
    await lives_on(wired, clock, 660)

    assert (update.why, webhook.why) == ("claims-lost", "claims-lost")
    assert min(update.attempts, webhook.attempts) > 10
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_new_report_about_a_suspect_is_told_at_once(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    await wired.presence().append(a_report("f-1"), a_seat(), now=clock(), due=clock())
    for _ in range(100):
        await dies(wired, clock)
    await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=False)

    assert attendance.flags_of() == {"dra-ana": False}


async def test_a_suspect_is_tried_when_all_else_in_hand_is_through_and_nothing_beside_it(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    await wired.deliveries().receive("key", a_body(), EVENT, now=clock(), due=clock())
    for _ in range(4):
        await dies(wired, clock)
    attendance.put(a_referral("enc-2"))
    attendance.hanging = True
    work = wired.work()
    clock.pass_by(TURN)
    await wired.deliveries().receive("k2", a_body(2, title="enc-2"), EVENT, now=0, due=0)
    await work._claim()
    await attendance.asked(1)
    await wired.deliveries().receive("k3", a_body(3, title="enc-2"), EVENT, now=0, due=0)
    beside = await work._claim()
    for _ in range(20):
        await wired.deliveries().knows_referral(a_seat().referral)
    (first, _suspect) = work._in_hand
    read_before = attendance.read
    first.cancel()
    await attendance.asked(1)

    assert not beside
    assert (read_before, attendance.read) == (1, 2)
    await work.stop(0)


async def test_suspects_have_their_turn_however_much_else_is_due(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    suspect = a_seat(person="dr-suspect")
    await wired.presence().append(a_report("f-1", suspect), suspect, now=clock(), due=clock())
    for _ in range(4):
        await dies(wired, clock)
    clock.pass_by(TURN)
    work = wired.work()
    for number in range(12):
        seat = a_seat(person=f"dr-{number}")
        await wired.presence().append(a_report(f"n-{number}", seat), seat, now=0, due=0)
        await work._claim()
        while work._in_hand:
            await all_done(work._in_hand)
        clock.pass_by(1)

    assert len(attendance.told) == 12 + 1
    assert attendance.flags_of()["dr-suspect"]
