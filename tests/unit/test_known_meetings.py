from adapters.memory.known_meetings import MemoryKnownMeetings
from domain.meeting import MeetingId


async def test_memory_is_bounded_and_forgets_the_oldest_title() -> None:
    meetings = MemoryKnownMeetings(most=2)
    for number in range(3):
        await meetings.remember(MeetingId(f"m{number}"), f"enc-{number}")

    assert await meetings.newest("enc-0") is None
    assert await meetings.newest("enc-2") == "m2"


async def test_a_title_noted_again_counts_as_new() -> None:
    meetings = MemoryKnownMeetings(most=2)
    for title in ("enc-0", "enc-1", "enc-0", "enc-2"):
        await meetings.remember(MeetingId(f"of-{title}"), title)

    assert await meetings.newest("enc-0") == "of-enc-0"
    assert await meetings.newest("enc-1") is None
