"""A doctor left the meeting: reported out like any presence, unless it is one of several tabs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from application.report_presence import ReportPresence
from application.rights import Rights
from application.sync_presence import SyncOutcome
from domain.caller import Caller, TicketHolder
from domain.errors import StorageUnavailableError
from domain.ports.presence import PresenceFacts, PresenceUpdates
from domain.ports.sweeps import Sweeps
from domain.presence import Seat, fold_presence

SOON = 2.0
"""Seconds until the provider is asked: it may not have noticed yet that the tab is gone."""


@dataclass(frozen=True, slots=True)
class LeaveMeeting:
    """A leave that is repeated leaves the person out."""

    report: ReportPresence
    rights: Rights
    facts: PresenceFacts
    updates: PresenceUpdates
    sweeps: Sweeps
    now: Callable[[], float]

    async def __call__(
        self,
        caller: Caller | TicketHolder,
        seat: Seat,
        deadline: float,
        *,
        one_tab: bool = False,
        often: bool = False,
    ) -> SyncOutcome:
        """As ``ReportPresence``; a ticket is enough to leave.

        A ticket speaks for one tab, and so does a doctor with ``one_tab``. While two or more
        connections of the person are open it changes nothing that is shown, and the provider is
        asked within five seconds: LATER. ``often`` says that the tab leaves too often: then a leave
        that follows a leave is not stored again.
        """
        if one_tab or isinstance(caller, TicketHolder):
            try:
                async with asyncio.timeout_at(deadline):
                    answer = await self._without_storing(caller, seat, often=often)
            except TimeoutError as error:
                raise StorageUnavailableError("the database did not answer in time") from error
            if answer is not None:
                return answer
        return await self.report(caller, seat, deadline, in_meeting=False)

    async def _without_storing(
        self, caller: Caller | TicketHolder, seat: Seat, *, often: bool
    ) -> SyncOutcome | None:
        """The answer to a leave that changes nothing; None when it has to be stored."""
        await self.rights.to_report(caller, seat, in_meeting=False)
        known = fold_presence(seat.person, await self.facts.of_seat(seat))
        if known.inside_by >= 2:
            due = self.now() + SOON
            await self.sweeps.hasten(seat.referral, seat.meeting, due=due)
            return SyncOutcome.LATER
        if often and known.last_out and not known.is_in:
            told = await self.updates.is_told(seat)
            return SyncOutcome.DONE if told else SyncOutcome.LATER
        return None
