"""End a meeting for everybody: nobody joins from now on, then the provider closes it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from application.finish_closing import FinishClosing
from application.report_presence import MARGIN
from application.rights import Rights
from application.sync_presence import SyncOutcome
from domain.audit import AuditEvent, AuditLine
from domain.caller import Caller
from domain.claims import ClosingProgress
from domain.errors import StorageUnavailableError
from domain.meeting import MeetingId
from domain.ports.callers import Pseudonyms
from domain.ports.closings import Closings
from domain.ports.operators import AuditLog

PAUSE = 0.1
"""Seconds between two looks at a closing that is under way."""


@dataclass(frozen=True, slots=True)
class CloseMeeting:
    """Stored first, then tried. Asking again has the same result."""

    rights: Rights
    closings: Closings
    finish: FinishClosing
    audit: AuditLog
    pseudonyms: Pseudonyms
    now: Callable[[], float]
    lease: float

    async def __call__(
        self, caller: Caller, who: str, meeting: MeetingId, deadline: float
    ) -> SyncOutcome:
        """DONE when the provider has closed it and the attendance service shows nobody in it;
        LATER when the closing is stored and will be done.

        ``who`` is the caller in the audit log; ``deadline`` is in the event loop's time. Raises
        ForbiddenError, UnknownMeetingError; and StorageUnavailableError when the closing may not
        have been stored.
        """
        try:
            async with asyncio.timeout_at(deadline):
                known = await self.rights.to_end(caller, meeting)
                now = self.now()
                claimed = await self.closings.ask(meeting, now=now, due=now + self.lease)
        except TimeoutError as error:
            raise StorageUnavailableError("the database did not answer in time") from error
        if known.closing is None:
            what = f"meeting/{self.pseudonyms.of(meeting)}"
            await self.audit.record(AuditLine(AuditEvent.MEETING_CLOSED, who, what, "stored"))
        try:
            async with asyncio.timeout_at(deadline):
                if claimed is not None:
                    await self.finish(claimed, deadline - MARGIN)
                return await self._outcome(meeting)
        except (TimeoutError, StorageUnavailableError):
            return SyncOutcome.LATER

    async def _outcome(self, meeting: MeetingId) -> SyncOutcome:
        """What is under way is waited for: throwing people out makes webhooks, and whoever handles
        one may have a doctor's seat."""
        while True:
            match await self.closings.progress(meeting, now=self.now()):
                case ClosingProgress.DONE:
                    return SyncOutcome.DONE
                case ClosingProgress.WAITING:
                    return SyncOutcome.LATER
                case ClosingProgress.UNDER_WAY:
                    await asyncio.sleep(PAUSE)
