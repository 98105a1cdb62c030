"""A person is reported in or out of a meeting: a fact first, then the attendance service."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from application.push_seat import Push, PushSeat
from application.rights import Rights
from domain.book import ClaimedSeat, Seats
from domain.breaker import Breaker
from domain.caller import Caller, TicketHolder
from domain.errors import BookUnavailableError
from domain.facts import Fact, Reported, Seat
from domain.referral import Presence

MARGIN = 0.2
"""Seconds to write down what a deadline cut off."""


@dataclass(frozen=True, slots=True)
class ReportPresence:
    """Each report is its own fact; the one stored last is the one that holds."""

    rights: Rights
    seats: Seats
    push: PushSeat
    breaker: Breaker
    now: Callable[[], float]
    new_id: Callable[[], str]
    lease: float

    async def __call__(
        self, caller: Caller | TicketHolder, presence: Presence, deadline: float
    ) -> Push:
        """DONE when the attendance service shows it; LATER when it is stored and will be.

        ``deadline`` is in the event loop's time. Raises ForbiddenError; UnknownReferralError or
        PartnerRefusedError when the attendance service will never take it; and
        BookUnavailableError when the report may not have been stored.
        """
        try:
            async with asyncio.timeout_at(deadline):
                await self.rights.to_report(caller, presence)
                claimed = await self._stored(presence)
        except TimeoutError as error:
            raise BookUnavailableError("the database did not answer in time") from error
        if claimed is None:
            return Push.LATER
        try:
            async with asyncio.timeout_at(deadline):
                return await self.push(claimed, deadline - MARGIN)
        except (TimeoutError, BookUnavailableError):
            return Push.LATER

    async def _stored(self, presence: Presence) -> ClaimedSeat | None:
        """The report is a fact from here on; None when telling it is the worker's."""
        fact = Fact(
            key=f"report:{self.new_id()}",
            referral=presence.referral,
            meeting=presence.meeting,
            what=Reported(presence.person, presence.in_meeting),
            at=self.now(),
        )
        seat = Seat(presence.referral, presence.meeting, presence.person)
        due = fact.at + (self.lease if self.breaker.allows() else 0)
        return await self.seats.append(fact, seat, now=fact.at, due=due)
