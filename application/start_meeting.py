"""Open a meeting for a referral, and remember it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from domain.book import KnownMeetings
from domain.errors import BookUnavailableError
from domain.meeting import Meeting
from domain.ports import VideoRooms

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StartMeeting:
    """Opens a new meeting at each call (contract)."""

    rooms: VideoRooms
    meetings: KnownMeetings
    now: Callable[[], float]

    async def __call__(self, title: str) -> Meeting:
        meeting = await self.rooms.open(title)
        try:
            await self.meetings.remember(meeting.id, title, now=self.now())
        except BookUnavailableError as error:
            # The meeting is there; refusing it now would only have another one opened.
            log.warning("a meeting was opened and could not be remembered: %s", error)
        return meeting
