"""A person is reported in or out of a meeting: a fact first, then the attendance service."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from application.push_seat import Push, PushSeat
from domain.book import Seats
from domain.breaker import Breaker
from domain.errors import BookUnavailableError
from domain.facts import Fact, Reported, Seat
from domain.referral import Presence

MARGIN = 0.2
"""Seconds to write down what a deadline cut off."""


@dataclass(frozen=True, slots=True)
class ReportPresence:
    """Each report is its own fact; the one stored last is the one that holds."""

    seats: Seats
    push: PushSeat
    breaker: Breaker
    now: Callable[[], float]
    new_id: Callable[[], str]
    lease: float

    async def __call__(self, presence: Presence, deadline: float) -> Push:
        """DONE when the attendance service shows it; LATER when it is stored and will be.

        ``deadline`` is in the event loop's time. Raises UnknownReferralError or
        PartnerRefusedError when the attendance service will never take it, and
        BookUnavailableError when the report may not have been stored.
        """
        fact = Fact(
            key=f"report:{self.new_id()}",
            referral=presence.referral,
            meeting=presence.meeting,
            what=Reported(presence.person, presence.in_meeting),
            at=self.now(),
        )
        seat = Seat(presence.referral, presence.meeting, presence.person)
        at_once = self.breaker.allows()
        due = fact.at + (self.lease if at_once else 0)
        try:
            async with asyncio.timeout_at(deadline):
                claimed = await self.seats.append(fact, seat, now=fact.at, due=due)
        except TimeoutError as error:
            raise BookUnavailableError("the database did not answer in time") from error
        if claimed is None:
            return Push.LATER
        try:
            async with asyncio.timeout_at(deadline):
                return await self.push(claimed, deadline - MARGIN)
        except (TimeoutError, BookUnavailableError):
            return Push.LATER
