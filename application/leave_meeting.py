"""A doctor left the meeting: reported out by the same path as any presence."""

from dataclasses import dataclass

from application.report_presence import ReportPresence
from application.sync_presence import SyncOutcome
from domain.caller import Caller, TicketHolder
from domain.presence import Seat


@dataclass(frozen=True, slots=True)
class LeaveMeeting:
    """Safe to repeat: a closing tab may report twice."""

    report: ReportPresence

    async def __call__(
        self, caller: Caller | TicketHolder, seat: Seat, deadline: float
    ) -> SyncOutcome:
        """As ``ReportPresence``; a ticket is enough to leave."""
        return await self.report(caller, seat, deadline, in_meeting=False)
