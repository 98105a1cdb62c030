"""All seats of one event: told side by side, settled in one transaction."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from application.sync_presence import SyncOutcome
from application.sync_together import TOGETHER, SyncTogether
from domain.claims import ClaimedSeat, Settled
from domain.delivery import Outcome
from domain.errors import Partner, PartnerRefusedError, StorageUnavailableError
from entrypoints.container import Container
from tests.application.conftest import FaultyAttendance
from tests.application.test_engine import a_body, received, soon
from tests.builders import PORTAL, a_referral, a_seat
from tests.waiting import PATIENCE, all_done, pass_by, until

ANA, BRUNO = "dra-ana", "dr-bruno"


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
    await is_told(wired, ANA)

    outcome = await wired.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)

    assert outcome is SyncOutcome.DONE
    assert not ending.done()
    attendance.answering.set()
    assert (await ending).outcome is Outcome.APPLIED
    assert attendance.flags_of() == {ANA: True, BRUNO: False}


async def test_a_doctor_who_is_refused_for_good_leaves_the_other_settled(
    wired: Container, attendance: FaultyAttendance
) -> None:
    attendance.failing, attendance.only = PartnerRefusedError(Partner.ATTENDANCE, 422), BRUNO

    verdict = await received(wired, a_body())

    assert verdict.outcome is Outcome.DEAD
    assert await wired.presence().is_told(a_seat())
    assert attendance.flags_of() == {ANA: False}


@dataclass
class Tellings:
    """In place of ``SyncPresence`` and of storage. Each doctor is told when ``answered`` says so;
    the first settling fails when ``failing``."""

    failing: bool = False
    answered: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    settlings: list[set[str]] = field(default_factory=list)
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    async def told(self, claimed: ClaimedSeat, _: float | None) -> Settled:
        await until(self.answered[claimed.seat.person])
        return Settled(claimed, claimed.seq, in_meeting=False, now=0)

    async def settle(self, *settled: Settled) -> None:
        self.tried.set()
        if self.failing:
            self.failing = False
            raise StorageUnavailableError("a row is locked")
        self.settlings.append({one.claimed.seat.person for one in settled})


def both_told(tellings: Tellings) -> asyncio.Task[Sequence[SyncOutcome | BaseException]]:
    together = SyncTogether(tellings, tellings)  # type: ignore[arg-type]
    claimed = [ClaimedSeat(a_seat(person=person), 1, 0, 1, 99) for person in (ANA, BRUNO)]
    return asyncio.create_task(together(claimed))


async def test_a_slow_doctor_is_settled_before_one_whose_update_hangs() -> None:
    tellings = Tellings()
    telling = both_told(tellings)
    await asyncio.sleep(0)
    pass_by(asyncio.get_running_loop(), 2 * TOGETHER)
    tellings.answered[ANA].set()
    await until(tellings.tried)

    assert tellings.settlings == [{ANA}]
    tellings.answered[BRUNO].set()
    assert await telling == [SyncOutcome.DONE, SyncOutcome.DONE]
    assert tellings.settlings == [{ANA}, {BRUNO}]


async def test_storage_that_fails_for_one_doctor_cuts_off_no_update_of_the_other() -> None:
    tellings = Tellings(failing=True)
    telling = both_told(tellings)
    tellings.answered[ANA].set()
    await until(tellings.tried)
    tellings.answered[BRUNO].set()

    with pytest.raises(StorageUnavailableError):
        await telling
    assert tellings.settlings == [{BRUNO}]


async def test_two_slow_doctors_are_settled_together_too() -> None:
    tellings = Tellings()
    telling = both_told(tellings)
    await asyncio.sleep(0)
    pass_by(asyncio.get_running_loop(), 2 * TOGETHER)
    tellings.answered[BRUNO].set()
    tellings.answered[ANA].set()

    await telling

    assert tellings.settlings == [{ANA, BRUNO}]


async def test_a_caller_who_gives_up_leaves_nothing_under_way() -> None:
    tellings = Tellings()
    before = asyncio.all_tasks()
    telling = both_told(tellings)
    await asyncio.sleep(0)
    telling.cancel()
    await asyncio.wait([telling])

    left = asyncio.all_tasks() - before - {telling}
    await all_done(left) if left else None
    assert tellings.settlings == []
