from domain.book import KnownMeetings
from domain.meeting import MeetingId


async def test_the_newest_meeting_of_a_title_is_known(meetings: KnownMeetings) -> None:
    for meeting, title in (("first", "enc-1"), ("other", "enc-2"), ("second", "enc-1")):
        await meetings.remember(MeetingId(meeting), title, now=0)

    assert await meetings.newest("enc-1") == "second"


async def test_a_meeting_noted_again_does_not_become_newer(meetings: KnownMeetings) -> None:
    for meeting in ("first", "second", "first"):
        await meetings.remember(MeetingId(meeting), "enc-1", now=0)

    assert await meetings.newest("enc-1") == "second"


async def test_a_title_without_a_meeting_has_none(meetings: KnownMeetings) -> None:
    assert await meetings.newest("enc-1") is None


async def test_a_meeting_is_known_by_the_title_it_was_noted_with_first(
    meetings: KnownMeetings,
) -> None:
    for title in ("enc-1", "enc-2"):
        await meetings.remember(MeetingId("meeting-1"), title, now=0)

    assert await meetings.title(MeetingId("meeting-1")) == "enc-1"
    assert await meetings.title(MeetingId("meeting-2")) is None
