"""An operator corrects what is shown: one person is reported out of all meetings of a referral."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.audit import AuditEvent, AuditLine
from domain.facts import Fact, Reported
from domain.meeting import PersonId
from domain.ports.callers import Pseudonyms
from domain.ports.operators import AuditLog, PresenceHistory
from domain.ports.presence import PresenceFacts
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class ClearPresence:
    """A report out like any other; the worker brings it to the attendance service."""

    history: PresenceHistory
    facts: PresenceFacts
    audit: AuditLog
    pseudonyms: Pseudonyms
    now: Callable[[], float]
    new_key: Callable[[], str]

    async def __call__(self, who: str, referral: ReferralId, person: PersonId, why: str) -> int:
        """Out of how many meetings; 0 when that person has no flag there.

        The audit log gets a pseudonym of the referral: its id may be a title that somebody typed.
        """
        cleared = await self._cleared(referral, person, why)
        what = f"presence/{self.pseudonyms.of(referral)}"
        line = AuditLine(AuditEvent.PRESENCE_CLEARED, who, what, f"{cleared} meetings")
        await self.audit.record(line)
        return cleared

    async def _cleared(self, referral: ReferralId, person: PersonId, why: str) -> int:
        now, cleared = self.now(), 0
        for meeting in await self.history.meetings(referral):
            for known in await self.history.seats(referral, meeting):
                if known.seat.person == person:
                    what = Reported(person, in_meeting=False, why=why)
                    fact = Fact(f"clear:{self.new_key()}", referral, meeting, what, now)
                    await self.facts.append(fact, known.seat, now=now, due=now)
                    cleared += 1
        return cleared
