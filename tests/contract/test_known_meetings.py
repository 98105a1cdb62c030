from domain.meeting import MeetingId
from domain.ports import KnownMeetings


async def test_the_newest_meeting_of_a_title_is_known(meetings: KnownMeetings) -> None:
    await meetings.remember(MeetingId("first"), "enc-1")
    await meetings.remember(MeetingId("other"), "enc-2")
    await meetings.remember(MeetingId("second"), "enc-1")

    assert await meetings.newest("enc-1") == "second"


async def test_a_title_without_a_meeting_has_none(meetings: KnownMeetings) -> None:
    assert await meetings.newest("enc-1") is None
