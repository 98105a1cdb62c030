"""Open a meeting for a referral, and remember it."""

from dataclasses import dataclass

from domain.meeting import Meeting
from domain.ports import KnownMeetings, VideoRooms


@dataclass(frozen=True, slots=True)
class StartMeeting:
    """Opens a new meeting at each call (contract)."""

    rooms: VideoRooms
    meetings: KnownMeetings

    async def __call__(self, title: str) -> Meeting:
        meeting = await self.rooms.open(title)
        await self.meetings.remember(meeting.id, title)
        return meeting
