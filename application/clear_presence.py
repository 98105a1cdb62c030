"""An operator corrects what is shown: somebody is reported out of all meetings of a referral."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.book import Seats
from domain.facts import Fact, Reported
from domain.history import PresenceHistory
from domain.meeting import PersonId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class ClearPresence:
    """A report out like any other; the worker brings it to the attendance service."""

    history: PresenceHistory
    seats: Seats
    now: Callable[[], float]
    new_id: Callable[[], str]

    async def __call__(self, referral: ReferralId, person: PersonId, why: str) -> int:
        """Out of how many meetings; 0 when nothing is known of that person there."""
        now, cleared = self.now(), 0
        for meeting in await self.history.meetings(referral):
            for known in await self.history.seats(referral, meeting):
                if known.seat.person == person:
                    what = Reported(person, in_meeting=False, why=why)
                    fact = Fact(f"clear:{self.new_id()}", referral, meeting, what, now)
                    await self.seats.append(fact, known.seat, now=now, due=now)
                    cleared += 1
        return cleared
