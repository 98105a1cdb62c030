"""When the attendance service is back, what waited for it does not wait any longer."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from adapters.storage.deliveries import StoredDeliveries
from adapters.storage.presence import StoredPresence
from adapters.storage.suspects import TRUSTED
from application.sync_presence import SyncOutcome
from domain.claims import ClaimedSeat
from domain.errors import (
    DomainError,
    Partner,
    PartnerBrokenError,
    PartnerUnavailableError,
    StorageUnavailableError,
)
from entrypoints.container import Container
from tests.application.conftest import Clock
from tests.application.test_engine import a_body, received
from tests.application.test_late_updates import works
from tests.application.test_refusals import PickyAttendance, declined, failed, reported, waiting
from tests.builders import a_referral, a_report, a_seat

DOWN = PartnerBrokenError(Partner.ATTENDANCE, "500")
WAIT_AN_HOUR = PartnerUnavailableError(Partner.ATTENDANCE, "429", retry_after=3600)


@pytest.fixture
def attendance() -> PickyAttendance:
    stored = PickyAttendance()
    for referral in ("enc-1", "enc-2"):
        stored.put(a_referral(referral))
    return stored


@pytest.mark.parametrize("failure", [WAIT_AN_HOUR, DOWN], ids=["429 of an hour", "500"])
async def test_a_success_elsewhere_pulls_forward_what_waits_for_the_attendance_service(
    wired: Container, attendance: PickyAttendance, clock: Clock, failure: DomainError
) -> None:
    attendance.failing = failure
    await reported(wired)
    await received(wired, a_body(1))
    attendance.failing = None
    clock.pass_by(0.1)
    await reported(wired, a_seat("enc-2"))
    await works(wired)

    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}
    assert await waiting(wired) == []


async def test_when_the_breaker_closes_what_waits_is_due_at_once(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    attendance.failing = WAIT_AN_HOUR
    for number in range(20):
        attendance.put(a_referral(f"enc-{number}"))
        await reported(wired, a_seat(f"enc-{number}"))
    await works(wired)
    opened = wired.breaker().open
    attendance.failing = None
    clock.pass_by(5)
    await works(wired)

    assert opened
    assert len(attendance.told) == 20


async def test_what_was_refused_on_its_own_account_keeps_its_wait(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    attendance.updates["enc-1"] = declined()
    attendance.readings["enc-1"] = declined()
    await reported(wired)
    await received(wired, a_body(1))
    asked = attendance.updates_asked
    failed(wired, 1)
    wired.breaker().succeeded("another")
    await works(wired)

    assert attendance.updates_asked == asked


async def test_what_is_in_hand_stays_in_hand(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    attendance.failing = DOWN
    await reported(wired)
    await received(wired, a_body(1))
    clock.pass_by(20)
    seats = await wired.presence().claim_seats(9, now=clock(), lease=15)
    deliveries = await wired.deliveries().claim_deliveries(9, now=clock(), lease=15)
    await wired.presence().hasten_seats(now=clock())
    await wired.deliveries().hasten_deliveries(now=clock())

    assert (len(seats), len(deliveries)) == (1, 1)
    assert await wired.presence().claim_seats(9, now=clock(), lease=15) == []
    assert await wired.deliveries().claim_deliveries(9, now=clock(), lease=15) == []


async def test_while_some_fail_and_others_do_not_nothing_is_pulled_forward_time_and_again(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    """The random waits are as long as they may be: 20 s after a few failures."""
    attendance.updates["enc-1"] = WAIT_AN_HOUR
    await reported(wired)
    for _ in range(200):
        assert await reported(wired, a_seat("enc-2")) is SyncOutcome.DONE
        clock.pass_by(0.5)
        await works(wired)

    tried = attendance.updates_asked - 200
    assert tried <= 1 + 1 + 100 / wired.breaker().rest


@dataclass(frozen=True, slots=True)
class AwayPresence(StoredPresence):
    async def hasten_seats(self, *, now: float) -> None:
        raise StorageUnavailableError("the database is away")


@dataclass(frozen=True, slots=True)
class AwayDeliveries(StoredDeliveries):
    async def hasten_deliveries(self, *, now: float) -> None:
        raise StorageUnavailableError("the database is away")


@dataclass(frozen=True, slots=True)
class NoSuspects(StoredPresence):
    async def claim_seats(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Sequence[ClaimedSeat]:
        if suspects:
            raise StorageUnavailableError("the database is away")
        return await StoredPresence.claim_seats(self, limit, now=now, lease=lease)


@pytest.mark.parametrize("away", ["updates", "deliveries"])
async def test_what_could_not_be_pulled_forward_is_pulled_forward_at_the_next_look(
    wired: Container, attendance: PickyAttendance, clock: Clock, away: str
) -> None:
    attendance.failing = WAIT_AN_HOUR
    await reported(wired)
    await received(wired, a_body(1))
    attendance.failing = None
    await reported(wired, a_seat("enc-2"))
    work, store = wired.work(), wired.store()
    if away == "updates":
        work.updates = AwayPresence(store)
    else:
        work.deliveries = AwayDeliveries(store)
    with pytest.raises(StorageUnavailableError):
        await work._claim()
    work.updates, work.deliveries = wired.presence(), wired.deliveries()
    await works(wired)

    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}
    assert await waiting(wired) == []


async def test_the_turn_of_suspects_is_not_used_up_by_a_claim_that_failed(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    await wired.presence().append(a_report("f-1"), a_seat(), now=clock(), due=clock())
    work, store = wired.work(), wired.store()
    for _ in range(TRUSTED + 1):
        await wired.presence().claim_seats(9, now=clock(), lease=15)
        clock.pass_by(15)
    clock.pass_by(60)
    work.updates = NoSuspects(store)
    with pytest.raises(StorageUnavailableError):
        await work._claim()
    attendance.hanging, work.updates = True, wired.presence()
    other = a_seat("enc-2")
    await wired.presence().append(a_report("f-2", other), other, now=clock(), due=clock())
    await work._claim()
    in_hand = len(work._in_hand)
    await work.stop(0)

    assert in_hand == 2
