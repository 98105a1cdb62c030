"""Open a meeting for a referral, and remember it."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.book import KnownMeetings
from domain.meeting import Meeting
from domain.ports import VideoRooms


@dataclass(frozen=True, slots=True)
class StartMeeting:
    """Opens a new meeting at each call (contract)."""

    rooms: VideoRooms
    meetings: KnownMeetings
    now: Callable[[], float]

    async def __call__(self, title: str) -> Meeting:
        meeting = await self.rooms.open(title)
        await self.meetings.remember(meeting.id, title, now=self.now())
        return meeting
