"""Erasing a person during a call: no update names the pseudonym; others are updated as before."""

import pytest

from domain.audit import COMMAND_LINE
from domain.delivery import Outcome, Verdict
from domain.errors import Partner, PartnerBrokenError
from domain.meeting import PersonId
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.test_engine import a_body, received, soon, worked_off
from tests.application.test_presence import a_movement, an_ending, reported
from tests.builders import PORTAL, a_referral, a_seat
from tests.everywhere import holders

ANA = PersonId("dra-ana")
DOWN = PartnerBrokenError(Partner.ATTENDANCE, "500")


@pytest.fixture
async def both_in(wired: Container) -> Container:
    """A doctor by a report and a connection, the other by a connection."""
    await reported(wired, "dra-ana")
    await received(wired, a_movement("Joined", "p1", "dra-ana"))
    await received(wired, a_movement("Joined", "p2", "dr-bruno"))
    return wired


async def test_the_seat_of_a_pseudonym_is_settled_and_never_told(
    both_in: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    await both_in.erase_person()(COMMAND_LINE, ANA)
    attendance.put(a_referral(requester="dra-nova"))
    attendance.told.clear()

    verdict = await received(both_in, an_ending("s-1"))
    await worked_off(both_in, clock)

    assert verdict.outcome is Outcome.APPLIED
    assert {told.seat.person for told in attendance.told} == {"dra-nova", "dr-bruno"}
    assert await both_in.operator_inbox().updates(referral=None, limit=9) == []


async def test_what_waited_to_be_told_of_the_person_is_told_no_more(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = DOWN
    await reported(wired, "dra-ana")
    await wired.erase_person()(COMMAND_LINE, ANA)
    attendance.failing = None

    await worked_off(wired, clock)

    assert attendance.told == []
    assert await wired.operator_inbox().updates(referral=None, limit=9) == []


async def test_the_other_doctor_is_shown_as_before_and_put_out_as_before(
    both_in: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    await both_in.erase_person()(COMMAND_LINE, ANA)
    await worked_off(both_in, clock)
    meanwhile = attendance.flags_of()["dr-bruno"]
    await received(both_in, a_movement("Left", "p2", "dr-bruno"))
    await worked_off(both_in, clock)

    assert meanwhile is True
    assert attendance.flags_of()["dr-bruno"] is False


async def test_a_repeat_is_a_duplicate_though_its_body_was_dropped(
    both_in: Container, attendance: FaultyAttendance
) -> None:
    await both_in.erase_person()(COMMAND_LINE, ANA)
    attendance.told.clear()

    verdict = await received(both_in, a_movement("Joined", "p1", "dra-ana"))

    assert verdict == Verdict(Outcome.DUPLICATE)
    assert attendance.told == []
    assert await holders(both_in.store(), ANA) == []


async def test_an_event_that_waited_is_ended_and_a_repeat_of_it_says_so(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = DOWN
    waiting = a_movement("Joined", "p1", "dra-ana")
    before = await received(wired, waiting)
    await received(wired, a_body())
    await wired.erase_person()(COMMAND_LINE, ANA)
    attendance.failing = None

    await worked_off(wired, clock)

    assert before.outcome is Outcome.PENDING
    assert await received(wired, waiting) == Verdict(Outcome.DUPLICATE, "erased")
    # The event that names nobody still does what it did.
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_person_who_is_named_again_is_stored_again(
    both_in: Container, attendance: FaultyAttendance
) -> None:
    await both_in.erase_person()(COMMAND_LINE, ANA)
    attendance.told.clear()

    await both_in.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)

    assert attendance.flags_of()["dra-ana"] is True
    assert (await both_in.erase_person()(COMMAND_LINE, ANA))[1].facts == 1
