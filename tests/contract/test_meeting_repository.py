from domain.meeting import MeetingId
from domain.ports.meetings import MeetingRepository


async def test_the_newest_meeting_of_a_title_is_known(meetings: MeetingRepository) -> None:
    for meeting, title in (("first", "enc-1"), ("other", "enc-2"), ("second", "enc-1")):
        await meetings.add(MeetingId(meeting), title, now=0)

    assert await meetings.find_newest("enc-1") == "second"


async def test_a_meeting_noted_again_does_not_become_newer(meetings: MeetingRepository) -> None:
    for meeting in ("first", "second", "first"):
        await meetings.add(MeetingId(meeting), "enc-1", now=0)

    assert await meetings.find_newest("enc-1") == "second"


async def test_a_title_without_a_meeting_has_none(meetings: MeetingRepository) -> None:
    assert await meetings.find_newest("enc-1") is None


async def test_a_meeting_is_known_by_the_title_it_was_noted_with_first(
    meetings: MeetingRepository,
) -> None:
    for title in ("enc-1", "enc-2"):
        await meetings.add(MeetingId("meeting-1"), title, now=0)

    assert await meetings.find_title(MeetingId("meeting-1")) == "enc-1"
    assert await meetings.find_title(MeetingId("meeting-2")) is None
