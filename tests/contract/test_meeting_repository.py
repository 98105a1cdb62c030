from domain.meeting import KnownMeeting, MeetingId
from domain.ports.meetings import MeetingRepository
from tests.builders import a_report, a_seat
from tests.contract.conftest import PresenceStore


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


async def test_a_meeting_is_known_by_the_title_it_was_opened_with_and_when(
    meetings: MeetingRepository, seats: PresenceStore
) -> None:
    await seats.append(a_report("f-1", a_seat("enc-3")), a_seat("enc-3"), now=1, due=1)
    heard = await meetings.find(MeetingId("meeting-1"))
    for now, title in enumerate(("enc-1", "enc-2"), start=2):
        await meetings.add(MeetingId("meeting-1"), title, now=now)

    assert heard == KnownMeeting("enc-3", None)
    assert await meetings.find(MeetingId("meeting-1")) == KnownMeeting("enc-1", 2)
    assert await meetings.find(MeetingId("meeting-2")) is None
