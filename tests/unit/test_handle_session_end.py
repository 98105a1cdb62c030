import asyncio

import pytest

from adapters.memory.known_meetings import MemoryKnownMeetings
from adapters.sandbox.attendance import SandboxAttendance
from application.handle_session_end import HandleSessionEnd
from domain.errors import Partner, PartnerUnavailableError
from domain.meeting import MeetingId
from domain.ports import Attendance
from domain.referral import Presence, ReferralId
from domain.session import Outcome
from tests.builders import a_presence, a_referral, a_session_end

REASONS = frozenset({"ALL_PARTICIPANTS_LEFT"})


@pytest.fixture
def attendance() -> SandboxAttendance:
    book = SandboxAttendance()
    book.put(a_referral())
    return book


def handling(attendance: Attendance, meetings: MemoryKnownMeetings) -> HandleSessionEnd:
    return HandleSessionEnd(attendance, meetings, REASONS)


async def test_both_doctors_are_out_once_everyone_left(attendance: SandboxAttendance) -> None:
    outcome = await handling(attendance, MemoryKnownMeetings())(a_session_end())

    assert outcome is Outcome.APPLIED
    assert attendance.marked(ReferralId("enc-1")) == [
        a_presence(person="dra-ana", in_meeting=False),
        a_presence(person="dr-bruno", in_meeting=False),
    ]


async def test_another_reason_changes_nothing(attendance: SandboxAttendance) -> None:
    ended = a_session_end(reason="HOST_ENDED_MEETING")

    assert await handling(attendance, MemoryKnownMeetings())(ended) is Outcome.IGNORED
    assert attendance.marked(ReferralId("enc-1")) == []


async def test_an_event_without_meeting_id_means_the_newest_meeting_of_that_title(
    attendance: SandboxAttendance,
) -> None:
    meetings = MemoryKnownMeetings()
    await meetings.remember(MeetingId("older"), "enc-1")
    await meetings.remember(MeetingId("newer"), "enc-1")

    await handling(attendance, meetings)(a_session_end(meeting=None))

    assert {presence.meeting for presence in attendance.marked(ReferralId("enc-1"))} == {"newer"}


async def test_an_event_about_no_known_meeting_changes_nothing(
    attendance: SandboxAttendance,
) -> None:
    outcome = await handling(attendance, MemoryKnownMeetings())(a_session_end(meeting=None))

    assert outcome is Outcome.UNKNOWN_MEETING
    assert attendance.marked(ReferralId("enc-1")) == []


async def test_an_unknown_referral_is_said_not_raised(attendance: SandboxAttendance) -> None:
    ended = a_session_end(referral="enc-9")

    assert await handling(attendance, MemoryKnownMeetings())(ended) is Outcome.UNKNOWN_REFERRAL


class HalfDown(SandboxAttendance):
    """Fails for the first doctor at once, and takes its time with the other."""

    async def mark(self, presence: Presence) -> None:
        if presence.person == "dra-ana":
            raise PartnerUnavailableError(Partner.ATTENDANCE, "down")
        for _ in range(5):
            await asyncio.sleep(0)
        await super().mark(presence)


async def test_when_one_doctor_cannot_be_marked_the_other_is_and_the_failure_is_told() -> None:
    attendance = HalfDown()
    attendance.put(a_referral())

    with pytest.raises(PartnerUnavailableError):
        await handling(attendance, MemoryKnownMeetings())(a_session_end())

    assert attendance.marked(ReferralId("enc-1")) == [
        a_presence(person="dr-bruno", in_meeting=False)
    ]
