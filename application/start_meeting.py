"""Open a meeting for a referral, and remember it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from application.rights import Rights
from application.start_once import StartOnce
from domain.book import KnownMeetings
from domain.caller import Caller, Doctor
from domain.errors import BookUnavailableError, StartInProgressError
from domain.meeting import Meeting
from domain.ports import Openings
from domain.receipt import Repeatable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StartMeeting:
    """Opens a meeting at each call (contract) that its caller did not make repeatable."""

    rights: Rights
    rooms: Openings
    meetings: KnownMeetings
    once: StartOnce
    now: Callable[[], float]

    async def __call__(
        self, caller: Caller, title: str, start: Repeatable | None = None
    ) -> Meeting:
        """Raises ForbiddenError; for a repeatable one StartInProgressError, KeyReusedError."""
        await self.rights.to_start(caller, title)
        if start is None:
            return await self._each_time(caller, title)
        meeting = await self.once(start, title)
        if meeting is None:
            raise StartInProgressError("another call with this key is under way")
        return meeting

    async def _each_time(self, caller: Caller, title: str) -> Meeting:
        meeting = await self.rooms.open(title)
        try:
            await self.meetings.remember(meeting.id, title, now=self.now())
        except BookUnavailableError as error:
            if isinstance(caller, Doctor):
                raise  # no doctor gets into a meeting that the book does not know
            # The meeting is there; refusing it now would only have another one opened.
            log.warning("a meeting was opened and could not be remembered: %s", error)
        return meeting
