"""A person is reported in or out of a meeting: a fact first, then the attendance service."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from application.rights import FreeMeetings, Rights
from application.sync_presence import SyncOutcome, SyncPresence
from domain.caller import Caller, Doctor, TicketHolder
from domain.claims import ClaimedSeat
from domain.errors import StorageUnavailableError
from domain.facts import Fact, Reported
from domain.policies.breaker import Breaker
from domain.ports.presence import PresenceFacts
from domain.presence import Seat

MARGIN = 0.2
"""Seconds to write down what a deadline cut off."""


@dataclass(frozen=True, slots=True)
class ReportPresence:
    """Each report is its own fact; the one stored last is the one that holds."""

    rights: Rights
    facts: PresenceFacts
    sync: SyncPresence
    breaker: Breaker
    now: Callable[[], float]
    new_key: Callable[[], str]
    lease: float

    async def __call__(
        self, caller: Caller | TicketHolder, seat: Seat, deadline: float, *, in_meeting: bool
    ) -> SyncOutcome:
        """DONE when the attendance service shows it; LATER when it is stored and will be.

        ``deadline`` is in the event loop's time. Raises ForbiddenError; UnknownReferralError or
        PartnerRefusedError when the attendance service will never take it; and
        StorageUnavailableError when the report may not have been stored.
        """
        stored = False
        try:
            async with asyncio.timeout_at(deadline):
                await self.rights.to_report(caller, seat, in_meeting=in_meeting)
                known = self._read_the_referral(caller)
                claimed = await self._stored(seat, in_meeting=in_meeting, known=known)
                stored = True
                return await self.sync(claimed, deadline - MARGIN) if claimed else SyncOutcome.LATER
        except TimeoutError as error:
            if not stored:
                raise StorageUnavailableError("the database did not answer in time") from error
        except StorageUnavailableError:
            if not stored:
                raise
        return SyncOutcome.LATER

    def _read_the_referral(self, caller: Caller | TicketHolder) -> bool:
        """Whether that caller's right came of a referral: a doctor's does, unless everyone may meet
        without one; a service's never does."""
        return (
            isinstance(caller, Doctor | TicketHolder)
            and self.rights.free is not FreeMeetings.EVERYONE
        )

    async def _stored(self, seat: Seat, *, in_meeting: bool, known: bool) -> ClaimedSeat | None:
        """From here on the report is a fact; None when telling it is the worker's."""
        fact = Fact(
            key=f"report:{self.new_key()}",
            referral=seat.referral,
            meeting=seat.meeting,
            what=Reported(seat.person, in_meeting),
            at=self.now(),
        )
        due = fact.at + (self.lease if self.breaker.allows() else 0)
        return await self.facts.append(fact, seat, now=fact.at, due=due, known=known)
