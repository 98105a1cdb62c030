"""What the attendance service says of one item waits for that item, and holds up nobody else."""

from dataclasses import dataclass, field

import pytest
from dependency_injector import providers

from application.rights import FreeMeetings
from application.sync_presence import SyncOutcome
from domain.delivery import Outcome, State, Verdict
from domain.errors import (
    DomainError,
    Partner,
    PartnerDeclinedError,
    PartnerError,
    PartnerRefusedError,
    PartnerUnavailableError,
    UnknownReferralError,
)
from domain.operator_view import UpdateView
from domain.policies.refusal import AGREED
from domain.presence import Seat
from domain.referral import Referral, ReferralId
from entrypoints.container import Container
from entrypoints.resources import open_resources
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.test_engine import a_body, received, soon, worked_off
from tests.builders import PORTAL, a_doctor, a_referral, a_seat

ENC_1 = ReferralId("enc-1")


@dataclass
class PickyAttendance(FaultyAttendance):
    """Refuses by referral: updates of those in ``updates``, reading those in ``readings``."""

    updates: dict[str, DomainError] = field(default_factory=dict)
    readings: dict[str, DomainError] = field(default_factory=dict)
    updates_asked: int = 0

    async def referral(self, referral: ReferralId) -> Referral:
        if referral in self.readings:
            raise self.readings[referral]
        return await FaultyAttendance.referral(self, referral)

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        self.updates_asked += 1
        if seat.referral in self.updates:
            raise self.updates[seat.referral]
        await FaultyAttendance.set_in_meeting(self, seat, in_meeting=in_meeting)


@pytest.fixture
def attendance() -> PickyAttendance:
    stored = PickyAttendance()
    stored.put(a_referral())
    return stored


def declined(status: int = 409) -> PartnerDeclinedError:
    return PartnerDeclinedError(Partner.ATTENDANCE, status)


def gone() -> UnknownReferralError:
    return UnknownReferralError("404")


async def reported(wired: Container, seat: Seat | None = None) -> SyncOutcome:
    return await wired.report_presence()(PORTAL, seat or a_seat(), soon(), in_meeting=True)


def failed(wired: Container, times: int) -> None:
    """Calls about so many other referrals, one after the other."""
    for number in range(times):
        wired.breaker().failed(f"other-{number}", wired.breaker().trying())


async def waiting(wired: Container) -> list[UpdateView]:
    return list(await wired.operator_inbox().updates(referral=None, limit=99))


@pytest.mark.parametrize("status", [403, 409, 423])
async def test_ten_items_that_are_refused_hold_up_no_other(
    wired: Container, attendance: PickyAttendance, clock: Clock, status: int
) -> None:
    for number in range(10):
        attendance.updates[f"sick-{number}"] = declined(status)
        assert await reported(wired, a_seat(f"sick-{number}")) is SyncOutcome.LATER
        assert not wired.breaker().open

    assert await reported(wired) is SyncOutcome.DONE
    assert attendance.flags_of() == {"dra-ana": True}


async def test_a_refused_item_is_shown_to_operators_with_its_reason(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    attendance.updates["enc-1"] = declined()
    await reported(wired)

    (entry,) = await waiting(wired)
    assert (entry.why, entry.failures) == ("partner-declined", 1)
    assert entry.due == clock() + 0.5


async def test_a_refused_item_waits_ever_longer_up_to_ten_minutes_until_it_is_taken(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    attendance.updates["enc-1"] = declined()
    await reported(wired)
    waits: list[float] = []
    for _ in range(14):
        (entry,) = await waiting(wired)
        assert entry.due is not None
        waits.append(entry.due - clock())
        clock.pass_by(waits[-1])
        await worked_off(wired, clock, rounds=1)
    del attendance.updates["enc-1"]
    clock.pass_by(600)
    await worked_off(wired, clock, rounds=1)
    attendance.updates["enc-1"] = declined()
    await reported(wired)
    (after,) = await waiting(wired)

    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (0.5, 600)
    assert attendance.told == [(a_seat(), True)]
    assert after.due == clock() + 0.5


async def test_an_outage_does_not_lengthen_the_wait_of_an_item_that_is_locked_after_it(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    attendance.failing = PartnerUnavailableError(Partner.ATTENDANCE, "503")
    await reported(wired)
    await worked_off(wired, clock, rounds=40)
    attendance.failing, attendance.updates["enc-1"] = None, declined()
    clock.pass_by(20)
    await worked_off(wired, clock, rounds=1)

    (entry,) = await waiting(wired)
    assert entry.failures > 5
    assert entry.why == "partner-declined"
    assert entry.due == clock() + 0.5


async def test_the_partners_advice_on_waiting_holds_for_one_item_too(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    attendance.updates["enc-1"] = PartnerDeclinedError(Partner.ATTENDANCE, 423, retry_after=30)
    await reported(wired)

    (entry,) = await waiting(wired)
    assert entry.due == clock() + 30


async def test_an_answer_about_one_item_shows_that_a_partner_is_back(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    failed(wired, 10)
    attendance.updates["enc-1"] = declined()
    clock.pass_by(5)
    await reported(wired)

    assert not wired.breaker().open


async def test_a_refusal_among_failures_does_not_hide_an_outage(
    wired: Container, attendance: PickyAttendance
) -> None:
    failed(wired, 9)
    attendance.updates["enc-1"] = declined()
    await reported(wired)
    wired.breaker().failed("one more", wired.breaker().trying())

    assert wired.breaker().open


async def test_a_report_about_a_referral_that_was_never_known_is_refused_at_once(
    wired: Container, attendance: PickyAttendance
) -> None:
    with pytest.raises(UnknownReferralError):
        await reported(wired, a_seat("enc-9"))

    (entry,) = await waiting(wired)
    assert (entry.due, entry.why) == (None, "unknown-referral")
    assert await wired.presence().of_seat(a_seat("enc-9")) == []


@pytest.mark.parametrize("known_by", ["an update", "a webhook", "a doctor"])
async def test_a_known_referral_is_gone_only_after_two_answers_ten_minutes_apart(
    wired: Container, attendance: PickyAttendance, clock: Clock, known_by: str
) -> None:
    if known_by == "an update":
        await reported(wired)
    if known_by == "a webhook":
        await received(wired, a_body())
    attendance.updates["enc-1"] = gone()
    if known_by == "a doctor":
        await wired.meetings().add(a_seat().meeting, "enc-1", now=clock())
        first = await wired.report_presence()(a_doctor(), a_seat(), soon(), in_meeting=True)
        attendance.readings["enc-1"] = gone()
    else:
        attendance.readings["enc-1"] = gone()
        first = await reported(wired)
    await worked_off(wired, clock, rounds=20)
    before = await waiting(wired)
    while any(entry.due for entry in await waiting(wired)):
        clock.pass_by(60)
        await worked_off(wired, clock, rounds=1)

    assert first is SyncOutcome.LATER
    assert [entry.why for entry in before if entry.due] == ["unknown-referral"]
    assert [(e.due, e.why) for e in await waiting(wired)] == [(None, "unknown-referral")]


async def test_two_answers_less_than_ten_minutes_apart_are_not_enough(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    await reported(wired)
    attendance.updates["enc-1"] = attendance.readings["enc-1"] = gone()
    begun = clock()
    while clock() < begun + AGREED - 60:
        assert await reported(wired) is SyncOutcome.LATER
        clock.pass_by(30)
    clock.pass_by(60)

    with pytest.raises(UnknownReferralError):
        await reported(wired)


@pytest.mark.parametrize(
    "reading",
    [
        None,
        declined(403),
        PartnerUnavailableError(Partner.ATTENDANCE, "503"),
        PartnerRefusedError(Partner.ATTENDANCE, 405),
    ],
)
async def test_while_the_referral_is_there_or_cannot_be_read_nothing_is_given_up(
    wired: Container, attendance: PickyAttendance, clock: Clock, reading: PartnerError | None
) -> None:
    attendance.updates["enc-1"] = gone()
    if reading is not None:
        attendance.readings["enc-1"] = reading
    assert await reported(wired) is SyncOutcome.LATER
    await worked_off(wired, clock, rounds=120)
    attendance.updates.clear()
    attendance.readings.clear()
    clock.pass_by(600)
    await worked_off(wired, clock, rounds=2)

    assert clock() > AGREED
    assert attendance.told == [(a_seat(), True)]


async def test_a_referral_that_comes_back_begins_its_ten_minutes_anew(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    await reported(wired)
    attendance.updates["enc-1"] = attendance.readings["enc-1"] = gone()
    await reported(wired)
    del attendance.readings["enc-1"]
    clock.pass_by(AGREED)
    await reported(wired)
    attendance.readings["enc-1"] = gone()
    clock.pass_by(1)

    assert await reported(wired) is SyncOutcome.LATER


@pytest.mark.parametrize("status", [400, 405, 413, 415, 422])
async def test_what_is_refused_as_it_is_is_refused_for_good(
    wired: Container, attendance: PickyAttendance, status: int
) -> None:
    attendance.updates["enc-1"] = PartnerRefusedError(Partner.ATTENDANCE, status)

    with pytest.raises(PartnerRefusedError):
        await reported(wired)


async def test_a_webhook_whose_referral_cannot_be_read_for_now_waits_at_its_own_pace(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    attendance.readings["enc-1"] = declined(403)
    verdict = await received(wired, a_body())
    await worked_off(wired, clock, rounds=60)
    opened = wired.breaker().open
    attendance.readings.clear()
    clock.pass_by(600)
    await worked_off(wired, clock, rounds=2)

    assert verdict.outcome is Outcome.PENDING
    assert not opened
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


async def test_a_webhook_about_a_known_referral_is_dead_only_when_ten_minutes_say_so(
    wired: Container, attendance: PickyAttendance, clock: Clock
) -> None:
    await received(wired, a_body(1))
    attendance.readings["enc-1"] = gone()
    verdict = await received(wired, a_body(2))
    (waits,) = await wired.operator_inbox().deliveries(
        state=State.WAITING, referral=None, since=None, limit=9
    )
    begun = clock()
    while clock() < begun + AGREED:
        assert (await received(wired, a_body(2))).outcome is Outcome.PENDING
        clock.pass_by(30)
        await worked_off(wired, clock, rounds=1)
    clock.pass_by(600)
    await worked_off(wired, clock, rounds=1)

    assert verdict.outcome is Outcome.PENDING
    assert waits.why == "unknown-referral"
    assert await received(wired, a_body(2)) == Verdict(Outcome.DEAD, "unknown-referral")


async def test_where_everyone_may_meet_without_a_referral_a_doctors_report_makes_none_known(
    container: Container, clock: Clock, attendance: PickyAttendance
) -> None:
    everyone = {"free_meetings": FreeMeetings.EVERYONE}
    free = container.settings().model_copy(update=everyone)
    container.settings.override(providers.Object(free))
    container.clock.override(providers.Object(clock))
    container.stored_now.override(providers.Object(clock))
    container.attendance.override(providers.Object(attendance))
    async with open_resources(container):
        await container.meetings().add(a_seat("enc-9").meeting, "enc-9", now=clock())
        with pytest.raises(UnknownReferralError):
            await container.report_presence()(a_doctor(), a_seat("enc-9"), soon(), in_meeting=True)
