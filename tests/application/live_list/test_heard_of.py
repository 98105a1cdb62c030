"""A meeting is watched from the first event that says that something goes on in it."""

import orjson
import pytest

from domain.claims import SweepAnswer
from domain.delivery import Outcome, Verdict
from domain.errors import Partner, PartnerBrokenError
from entrypoints.container import Container
from tests.application.conftest import Clock, FaultyAttendance
from tests.application.live_list.passing import ANA, MEETING, listed
from tests.application.test_late_updates import works
from tests.application.test_presence import a_movement, received
from tests.builders import a_webhook_body
from tests.live_calls import LiveProvider, watched_by


def a_start(title: str | None = "enc-1", meeting: str | None = MEETING) -> bytes:
    body = a_webhook_body(reason=None, event="meeting.started")
    where = {"id": meeting, "title": title, "sessionId": "s-1"}
    return orjson.dumps({**body, "meeting": where})


@pytest.mark.parametrize(
    "event",
    [a_start(), a_movement("Joined", "p2", None), a_movement("Left", "p2", "a-nurse")],
    ids=["a start", "a joining of nobody", "a nurse's leave"],
)
async def test_a_doctor_whose_joining_was_lost_is_shown_once_anything_was_heard_of_the_meeting(
    wired: Container,
    attendance: FaultyAttendance,
    clock: Clock,
    provider: LiveProvider,
    event: bytes,
) -> None:
    provider.peers[MEETING] = {("p1", ANA)}
    await received(wired, event)

    await listed(wired, clock, 60)

    assert attendance.flags_of() == {"dra-ana": True}


async def test_a_start_alone_tells_nothing(wired: Container, attendance: FaultyAttendance) -> None:
    assert await received(wired, a_start()) == Verdict(Outcome.IGNORED)
    assert attendance.told == []


async def test_a_start_that_comes_while_the_attendance_service_fails_is_remembered(
    wired: Container, attendance: FaultyAttendance, clock: Clock
) -> None:
    attendance.failing = PartnerBrokenError(Partner.ATTENDANCE, "500")
    verdict = await received(wired, a_start())
    before = await watched_by(wired.live_lists())
    attendance.failing = None
    clock.pass_by(60)
    await works(wired)

    assert verdict == Verdict(Outcome.PENDING)
    assert before == []
    assert [one.sweep.meeting for one in await watched_by(wired.live_lists())] == [MEETING]


@pytest.mark.parametrize(
    "event",
    [
        a_start("Standup"),
        a_start(None),
        a_start(meeting=None),
        orjson.dumps({**a_webhook_body("enc-1", reason=None), "event": "recording.statusUpdate"}),
    ],
    ids=["no referral's title", "no title", "no meeting", "another event"],
)
async def test_what_names_no_meeting_of_a_referral_or_no_call_that_goes_on_is_not_watched(
    wired: Container, event: bytes
) -> None:
    assert (await received(wired, event)).outcome is Outcome.IGNORED
    assert await watched_by(wired.live_lists()) == []


async def test_a_meeting_that_this_service_opened_is_watched_again_though_its_title_was_edited(
    wired: Container, attendance: FaultyAttendance, clock: Clock, provider: LiveProvider
) -> None:
    await wired.meetings().add(MEETING, "enc-1", now=clock())
    (watched,) = await watched_by(wired.live_lists())
    await wired.sweeps().note_answer(watched.sweep, SweepAnswer(None, 0), now=clock(), due=None)
    provider.peers[MEETING] = {("p1", ANA)}
    await received(wired, a_start("Cardiology, second opinion"))

    await listed(wired, clock, 60)

    assert attendance.flags_of() == {"dra-ana": True}
