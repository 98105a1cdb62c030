"""All seats of one event: told side by side, settled in one transaction."""

import asyncio

from application.sync_presence import SyncOutcome
from domain.delivery import Outcome
from domain.errors import Partner, PartnerRefusedError
from entrypoints.container import Container
from tests.application.conftest import FaultyAttendance
from tests.application.test_engine import a_body, received, soon
from tests.builders import PORTAL, a_referral, a_seat
from tests.waiting import PATIENCE, until

BRUNO = "dr-bruno"


def transactions(wired: Container) -> float:
    """How many there were."""
    (measured,) = wired.metrics().storage_seconds.collect()
    return next(one.value for one in measured.samples if one.name.endswith("_count"))


async def is_told(wired: Container, person: str) -> None:
    """Returns once it is."""
    async with asyncio.timeout(PATIENCE):
        while not await wired.presence().is_told(a_seat(person=person)):
            pass


async def test_an_end_takes_no_more_transactions_for_two_doctors_than_for_one(
    wired: Container, attendance: FaultyAttendance
) -> None:
    attendance.put(a_referral(specialist=None))
    began = transactions(wired)
    await received(wired, a_body(1))
    of_one = transactions(wired) - began
    attendance.put(a_referral())

    await received(wired, a_body(2))

    assert len(attendance.told) == 1 + 2
    assert transactions(wired) - began == 2 * of_one


async def test_a_doctor_whose_update_hangs_holds_up_no_report_of_the_other(
    wired: Container, attendance: FaultyAttendance
) -> None:
    attendance.hanging, attendance.only = True, BRUNO
    ending = asyncio.create_task(received(wired, a_body()))
    await until(attendance.reached)
    await is_told(wired, "dra-ana")

    outcome = await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)

    assert outcome is SyncOutcome.DONE
    assert not ending.done()
    attendance.answering.set()
    assert (await ending).outcome is Outcome.APPLIED
    assert attendance.flags_of() == {"dra-ana": True, BRUNO: False}


async def test_a_doctor_who_is_refused_for_good_leaves_the_other_settled(
    wired: Container, attendance: FaultyAttendance
) -> None:
    attendance.failing, attendance.only = PartnerRefusedError(Partner.ATTENDANCE, 422), BRUNO

    verdict = await received(wired, a_body())

    assert verdict.outcome is Outcome.DEAD
    assert await wired.presence().is_told(a_seat())
    assert attendance.flags_of() == {"dra-ana": False}
