"""A meeting is ended for everybody: at once, or as soon as the partners let it."""

import asyncio

import pytest
from dependency_injector import providers
from structlog.testing import capture_logs

from adapters.sandbox.rooms import INACTIVE
from adapters.sandbox.world import SandboxWorld
from application.sync_presence import SyncOutcome
from domain.caller import Anyone, Caller
from domain.claims import ClaimedClosing
from domain.delivery import Delivery
from domain.errors import (
    DomainError,
    MeetingClosedError,
    Partner,
    PartnerBrokenError,
    PartnerDeclinedError,
    PartnerMisconfiguredError,
    PartnerRefusedError,
    PartnerTimeoutError,
    PartnerUnavailableError,
    UnknownMeetingError,
)
from domain.meeting import MeetingId, PersonId
from domain.policies.backoff import LONGEST, LONGEST_FOR_ITEM
from domain.presence import fold_presence
from entrypoints.container import Container
from tests.application.conftest import M1, Clock, FaultyAttendance
from tests.application.test_engine import a_body, received, soon, worked_off
from tests.application.test_presence import a_movement, reported
from tests.builders import PORTAL, a_doctor, a_guest, a_report, a_seat
from tests.rooms import FaultyCloser
from tests.waiting import all_done, pass_by, until

ANA = a_doctor()
DOWN = PartnerBrokenError(Partner.VIDEO, "500")
OUT = {"dra-ana": False, "dr-bruno": False}


async def ended(
    wired: Container, caller: Caller = ANA, within: float = 30, meeting: MeetingId = M1
) -> SyncOutcome:
    deadline = asyncio.get_running_loop().time() + within
    return await wired.close_meeting()(caller, "doctor:p", meeting, deadline)


async def both_in(wired: Container) -> None:
    for person in ("dra-ana", "dr-bruno"):
        await reported(wired, person)


async def waiting(wired: Container) -> tuple[float, str | None]:
    (one,) = await wired.operator_inbox().closings(referral=None, limit=9)
    return one.due, one.why


async def test_both_doctors_are_out_at_once_and_asking_again_is_the_same(
    wired: Container, attendance: FaultyAttendance, rooms: FaultyCloser
) -> None:
    await both_in(wired)

    assert await ended(wired) is SyncOutcome.DONE
    assert attendance.flags_of() == OUT
    told = len(attendance.told)
    assert await ended(wired, PORTAL) is SyncOutcome.DONE
    assert rooms.closed == [M1]
    assert len(attendance.told) == told
    assert await wired.operator_inbox().closings(referral=None, limit=9) == []


async def test_a_flag_that_another_instance_is_telling_is_left_to_it(
    wired: Container, attendance: FaultyAttendance, rooms: FaultyCloser, clock: Clock
) -> None:
    """Also where our machine's clock says that the other's claim has ended long ago."""
    await both_in(wired)
    told = len(attendance.told)
    await wired.presence().append(a_report("theirs"), a_seat(), now=clock(), due=clock())
    (theirs,) = await wired.presence().claim_seats(1, now=clock(), lease=15)

    closing = await wired.closings().ask(M1, now=clock(), due=clock() + 30)
    assert closing is not None
    await wired.finish_closing()(closing)
    meanwhile = [seat.person for seat, _ in attendance.told[told:]]
    await wired.sync_presence()(theirs)
    await worked_off(wired, clock)

    assert meanwhile == ["dr-bruno"]
    assert attendance.flags_of() == OUT


@pytest.mark.parametrize("caller", [PORTAL, Anyone(), ANA, a_doctor("dr-bruno")])
async def test_nobody_joins_or_is_reported_in_from_the_asking_on(
    wired: Container, rooms: FaultyCloser, caller: Caller
) -> None:
    rooms.inactive = DOWN
    person = getattr(caller, "person", PersonId("dra-ana"))
    await reported(wired, person)

    assert await ended(wired) is SyncOutcome.LATER

    with pytest.raises(MeetingClosedError):
        await wired.join_meeting()(caller, a_guest(person), M1)
    seat = a_seat(person=person)
    with pytest.raises(MeetingClosedError):
        await wired.report_presence()(caller, seat, soon(), in_meeting=True)
    assert rooms.rooms[M1].participants == {}
    left = await wired.report_presence()(caller, seat, soon(), in_meeting=False)
    assert left is SyncOutcome.DONE


async def test_whoever_is_admitted_while_it_is_closed_is_refused(
    wired: Container, rooms: FaultyCloser
) -> None:
    rooms.inactive = DOWN
    rooms.meanwhile = lambda: ended(wired)

    with pytest.raises(MeetingClosedError):
        await wired.join_meeting()(PORTAL, a_guest(), M1)


async def test_whom_the_provider_refuses_because_it_was_closed_meanwhile_is_told_that(
    wired: Container, rooms: FaultyCloser
) -> None:
    rooms.meanwhile = lambda: ended(wired)

    with pytest.raises(MeetingClosedError) as told:
        await wired.join_meeting()(PORTAL, a_guest(), M1)
    assert isinstance(told.value.__context__, PartnerRefusedError)


async def test_a_refusal_of_an_open_meeting_stays_what_it_is(
    wired: Container, rooms: FaultyCloser
) -> None:
    rooms.set_status(M1, INACTIVE)

    with pytest.raises(PartnerRefusedError):
        await wired.join_meeting()(PORTAL, a_guest(), M1)


@pytest.mark.parametrize("step", ["inactive", "kicking"])
@pytest.mark.parametrize(
    "failure",
    [
        DOWN,
        PartnerTimeoutError(Partner.VIDEO, "hangs"),
        PartnerMisconfiguredError(Partner.VIDEO, "401"),
        PartnerUnavailableError(Partner.VIDEO, "429", retry_after=7),
        PartnerDeclinedError(Partner.VIDEO, 403),
        PartnerRefusedError(Partner.VIDEO, 422),
    ],
    ids=lambda error: error.slug,
)
async def test_while_the_provider_fails_presence_follows_the_call_and_then_all_are_out(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    rooms: FaultyCloser,
    step: str,
    failure: DomainError,
) -> None:
    await both_in(wired)
    setattr(rooms, step, failure)

    assert await ended(wired) is SyncOutcome.LATER
    assert (await waiting(wired))[1] == failure.slug
    await received(wired, a_movement("Joined", "p1", "dr-bruno"))
    await worked_off(wired, clock, rounds=5)
    assert await ended(wired) is SyncOutcome.LATER
    assert attendance.flags_of() == {"dra-ana": True, "dr-bruno": True}

    setattr(rooms, step, None)
    await worked_off(wired, clock)
    assert attendance.flags_of() == OUT
    assert await ended(wired) is SyncOutcome.DONE


@pytest.mark.parametrize(
    ("failure", "longest"),
    [
        (DOWN, LONGEST),
        (PartnerTimeoutError(Partner.VIDEO, "hangs"), LONGEST),
        (PartnerDeclinedError(Partner.VIDEO, 403), LONGEST_FOR_ITEM),
        (PartnerRefusedError(Partner.VIDEO, 422), LONGEST_FOR_ITEM),
    ],
    ids=lambda case: getattr(case, "slug", ""),
)
async def test_it_is_tried_again_ever_more_slowly_and_never_given_up(
    wired: Container, clock: Clock, rooms: FaultyCloser, failure: DomainError, longest: float
) -> None:
    rooms.inactive = failure
    waits = []
    for _ in range(13):
        assert await ended(wired) is SyncOutcome.LATER
        waits.append((await waiting(wired))[0] - clock())

    assert waits[:3] == [0.5, 1.0, 2.0]
    assert waits[-1] == longest


async def test_the_providers_advice_on_waiting_is_kept(
    wired: Container, clock: Clock, rooms: FaultyCloser
) -> None:
    rooms.inactive = PartnerUnavailableError(Partner.VIDEO, "429", retry_after=40)

    await ended(wired)

    assert await waiting(wired) == (clock() + 40, "partner-unavailable")


async def test_a_meeting_that_the_provider_does_not_have_is_closed(
    wired: Container, attendance: FaultyAttendance, rooms: FaultyCloser
) -> None:
    await both_in(wired)
    rooms.inactive = UnknownMeetingError("404")

    assert await ended(wired) is SyncOutcome.DONE
    assert attendance.flags_of() == OUT


async def test_a_bug_of_ours_loses_no_closing(
    wired: Container, attendance: FaultyAttendance, clock: Clock, rooms: FaultyCloser
) -> None:
    await both_in(wired)
    rooms.kicking = RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        await ended(wired)

    assert await waiting(wired) == (clock() + LONGEST, "internal-error")
    rooms.kicking = None
    await worked_off(wired, clock)
    assert attendance.flags_of() == OUT


async def test_a_provider_that_does_not_answer_holds_up_no_answer_of_ours(
    wired: Container, attendance: FaultyAttendance, clock: Clock, rooms: FaultyCloser
) -> None:
    await both_in(wired)
    rooms.hanging = True

    assert await ended(wired, within=0.3) is SyncOutcome.LATER
    rooms.hanging = False
    await worked_off(wired, clock)

    assert attendance.flags_of() == OUT


@pytest.mark.parametrize("done_at_the_provider", [False, True])
async def test_a_closing_that_was_under_way_when_the_process_died_is_taken_up_again(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    rooms: FaultyCloser,
    done_at_the_provider: bool,
) -> None:
    await both_in(wired)
    lease = wired.settings().closing_lease
    await wired.closings().ask(M1, now=clock(), due=clock() + lease)
    if done_at_the_provider:
        await rooms.close(M1)
    meanwhile = await ended(wired, within=0.3)
    before = attendance.flags_of()

    clock.pass_by(lease)
    await worked_off(wired, clock, rounds=3)

    assert meanwhile is SyncOutcome.LATER
    assert before == {"dra-ana": True, "dr-bruno": True}
    assert attendance.flags_of() == OUT


async def test_while_the_attendance_service_is_away_the_meeting_is_closed_and_flags_follow(
    wired: Container, attendance: FaultyAttendance, clock: Clock, rooms: FaultyCloser
) -> None:
    await both_in(wired)
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")

    assert await ended(wired, PORTAL) is SyncOutcome.LATER
    assert rooms.closed == [M1]
    assert await ended(wired, PORTAL) is SyncOutcome.LATER
    attendance.failing = None
    await worked_off(wired, clock)

    assert attendance.flags_of() == OUT
    assert await ended(wired, PORTAL) is SyncOutcome.DONE
    assert rooms.closed == [M1]


async def test_an_attendance_service_that_hangs_does_not_undo_what_the_provider_did(
    wired: Container, attendance: FaultyAttendance, rooms: FaultyCloser
) -> None:
    await both_in(wired)
    attendance.hanging = True

    answer = asyncio.create_task(ended(wired, PORTAL, within=5.0))
    await until(attendance.reached)
    pass_by(asyncio.get_running_loop(), 5.0)
    assert await answer is SyncOutcome.LATER

    facts = await wired.presence().of_meeting(a_seat().referral, M1)
    assert fold_presence(a_seat().person, facts).because == "the meeting was closed"


async def test_an_outage_of_the_attendance_service_holds_no_closing_up(
    wired: Container, attendance: FaultyAttendance, clock: Clock, rooms: FaultyCloser
) -> None:
    rooms.inactive = DOWN
    await ended(wired, PORTAL)
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")
    for call in range(20):
        await received(wired, a_body(call, title=f"enc-{call}"))
    assert not wired.breaker().allows()
    rooms.inactive = None
    clock.pass_by(1)

    await wired.work()._claim()
    await all_done(wired.work()._in_hand)

    assert rooms.closed == [M1]


async def test_closings_that_hang_leave_the_worker_its_places(
    wired: Container, attendance: FaultyAttendance, clock: Clock, rooms: FaultyCloser
) -> None:
    rooms.hanging = True
    for number in range(50):
        meeting = MeetingId(f"m-{number}")
        await wired.meetings().add(meeting, "enc-1", now=0)
        await wired.closings().ask(meeting, now=clock(), due=clock())
    await wired.deliveries().receive("key", a_body(), None, now=clock(), due=clock())
    work = wired.work()
    work.most = 4

    for _ in range(3):
        await work._claim()
        others = [task for task, claim in work._in_hand.items() if isinstance(claim, Delivery)]
        await all_done([*others, asyncio.create_task(asyncio.sleep(0))])
    closing = work._closing
    await work.stop(0)

    assert closing == 4
    assert attendance.flags_of() == OUT
    assert len(await wired.closings().claim_closings(99, now=clock(), lease=1)) == 50


async def test_a_worker_whose_places_are_taken_still_closes_meetings(
    wired: Container, attendance: FaultyAttendance, clock: Clock, rooms: FaultyCloser
) -> None:
    attendance.hanging = True
    for call in range(40):
        await wired.deliveries().receive(f"k-{call}", a_body(call), None, now=clock(), due=clock())
    work = wired.work()
    await work._claim()
    await wired.closings().ask(M1, now=clock(), due=clock())

    await work._claim()
    (closing,) = [
        task for task, claim in work._in_hand.items() if isinstance(claim, ClaimedClosing)
    ]
    await until(rooms.reached)
    closing.cancel()
    await work.stop(0)

    assert rooms.closed == [M1]


async def test_closing_a_meeting_about_no_referral_is_done_at_once(
    wired: Container, rooms: FaultyCloser
) -> None:
    opened = await rooms.open("livre")
    await wired.meetings().add(opened.id, "livre", now=0)

    assert await ended(wired, PORTAL, meeting=opened.id) is SyncOutcome.DONE


async def test_a_flag_that_is_refused_for_good_does_not_keep_a_meeting_waiting(
    wired: Container, attendance: FaultyAttendance, rooms: FaultyCloser
) -> None:
    await both_in(wired)
    attendance.failing, attendance.only = PartnerRefusedError(Partner.ATTENDANCE, 422), "dr-bruno"

    assert await ended(wired) is SyncOutcome.DONE
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": True}
    (update,) = await wired.operator_inbox().updates(referral=None, limit=9)
    assert (update.due, update.why) == (None, "partner-refused")


async def test_where_a_referral_has_one_meeting_the_next_start_opens_another(
    wired: Container, clock: Clock, rooms: FaultyCloser
) -> None:
    wired.settings.override(
        providers.Object(wired.settings().model_copy(update={"one_meeting_per_referral": True}))
    )
    first = await wired.start_meeting()(ANA, "enc-1")
    again = await wired.start_meeting()(ANA, "enc-1")
    rooms.inactive = DOWN  # asked for is enough
    await ended(wired, meeting=first.id)

    second = await wired.start_meeting()(ANA, "enc-1")

    assert again.id == first.id
    assert second.id != first.id
    assert (await wired.start_meeting()(ANA, "enc-1")).id == second.id


async def test_who_closed_it_is_in_the_audit_log_once_and_under_no_id(
    wired: Container, rooms: FaultyCloser
) -> None:
    rooms.inactive = DOWN
    with capture_logs() as logs:
        await ended(wired)
        rooms.inactive = None
        await ended(wired)

    (line,) = [line for line in logs if line["event"].startswith("audit.")]
    what = f"meeting/{wired.pseudonyms().of(M1)}"
    assert (line["event"], line["who"], line["what"], line["outcome"]) == (
        "audit.meeting_closed",
        "doctor:p",
        what,
        "stored",
    )


async def test_the_twin_in_process_does_what_the_provider_does(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    world: SandboxWorld = wired.sandbox()
    world.webhooks.registrations.clear()
    opened = await world.rooms.open("enc-1")
    await wired.meetings().add(opened.id, "enc-1", now=clock())
    await wired.join_meeting()(ANA, a_guest(), opened.id)
    world.calls.join(opened.id, ANA.person)
    await reported(wired, "dra-ana", opened.id)

    assert await ended(wired, meeting=opened.id) is SyncOutcome.DONE
    assert await world.rooms.active_session(opened.id) is None
    assert {seat.person for seat, shown in attendance.flags.items() if shown} == set()
