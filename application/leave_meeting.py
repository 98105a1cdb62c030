"""A doctor left the meeting: reported out like any presence, unless it is one of several tabs."""

import asyncio
from dataclasses import dataclass

from application.report_presence import ReportPresence
from application.sync_presence import SyncOutcome
from domain.caller import Caller, TicketHolder
from domain.errors import StorageUnavailableError
from domain.ports.presence import PresenceFacts
from domain.ports.sweeps import Sweeps
from domain.presence import Seat, fold_presence

SOON = 2.0
"""Seconds until the provider is asked: it may not have noticed yet that the tab is gone."""


@dataclass(frozen=True, slots=True)
class LeaveMeeting:
    """Safe to repeat: a closing tab may report twice."""

    report: ReportPresence
    facts: PresenceFacts
    sweeps: Sweeps

    async def __call__(
        self, caller: Caller | TicketHolder, seat: Seat, deadline: float
    ) -> SyncOutcome:
        """As ``ReportPresence``; a ticket is enough to leave.

        A ticket speaks for one tab. While two or more connections of the person are open it changes
        nothing that is shown, and the provider is asked within five seconds: LATER.
        """
        if isinstance(caller, TicketHolder) and await self._has_another_tab(caller, seat, deadline):
            return SyncOutcome.LATER
        return await self.report(caller, seat, deadline, in_meeting=False)

    async def _has_another_tab(self, caller: TicketHolder, seat: Seat, deadline: float) -> bool:
        try:
            async with asyncio.timeout_at(deadline):
                await self.report.rights.to_report(caller, seat, in_meeting=False)
                facts = await self.facts.of_seat(seat)
                if fold_presence(seat.person, facts).inside_by < 2:
                    return False
                due = self.report.now() + SOON
                await self.sweeps.hasten(seat.referral, seat.meeting, due=due)
        except TimeoutError as error:
            raise StorageUnavailableError("the database did not answer in time") from error
        return True
