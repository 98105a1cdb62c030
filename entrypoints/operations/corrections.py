"""What operators change. Whoever asks, and from wherever, each leaves its line in the audit log."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.callers.pseudonyms import Pseudonyms
from application.clear_presence import ClearPresence
from domain.inbox import Inbox
from domain.meeting import PersonId
from domain.referral import ReferralId
from entrypoints.audit import Audited, audit


@dataclass(frozen=True, slots=True)
class Corrections:
    """``who`` is as the audit log wants it. Each answers how many it was done to."""

    inbox: Inbox
    pseudonyms: Pseudonyms
    clear_presence: ClearPresence
    now: Callable[[], float]

    async def retry(self, who: str, *, number: int | None, since: float | None) -> int:
        """One dead webhook, those received since then, or with neither all that is set aside."""
        count = await self.inbox.retry(number=number, since=since, now=self.now())
        what = "inbox" if number is None else f"inbox/{number}"
        audit(Audited.DELIVERIES_RETRIED, who=who, what=what, outcome=str(count))
        return count

    async def discard(self, who: str, number: int, why: str) -> int:
        count = int(await self.inbox.discard(number, why, now=self.now()))
        audit(Audited.DELIVERY_DISCARDED, who=who, what=f"inbox/{number}", outcome=str(count))
        return count

    async def clear(self, who: str, referral: ReferralId, person: PersonId, why: str) -> int:
        """The referral's id may be a title that somebody typed, so it has a pseudonym too."""
        count = await self.clear_presence(referral, person, why)
        what = f"presence/{self.pseudonyms.of(referral)}"
        audit(Audited.PRESENCE_CLEARED, who=who, what=what, outcome=f"{count} meetings")
        return count
