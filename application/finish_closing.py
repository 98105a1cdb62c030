"""Close one meeting at the provider; then both doctors are out, and are told to be."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.sync_together import SyncTogether
from domain.claims import ClaimedClosing
from domain.errors import DomainError, UnknownMeetingError
from domain.meeting import PersonId
from domain.policies.backoff import LONGEST, LONGEST_FOR_ITEM, advised_wait, backoff
from domain.ports.attendance import ReferralLookup
from domain.ports.closings import Closings
from domain.ports.video import MeetingCloser
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class FinishClosing:
    """Safe to repeat, so that whatever was cut off is done again from its beginning.

    No failure is final: people may still be in the call. A refusal of this one meeting is tried
    again ever more slowly, at most every ten minutes, and operators see its reason.
    """

    closings: Closings
    closer: MeetingCloser
    referrals: ReferralLookup
    sync: SyncTogether
    now: Callable[[], float]
    random: Callable[[], float]
    lease: float

    async def __call__(self, claimed: ClaimedClosing, deadline: float | None = None) -> None:
        """``deadline`` is in the event loop's time. What is not done by then is done later.

        A bug of ours is raised again, and the closing waits ``LONGEST`` seconds.
        """
        try:
            async with asyncio.timeout_at(deadline):
                await self._at_provider(claimed)
        except TimeoutError:
            await self._later(claimed, "deadline", backoff(claimed.failures, self.random))
        except DomainError as error:
            await self._later(claimed, error.slug, self._wait(claimed, error))
        except Exception:
            await self._later(claimed, "internal-error", LONGEST)
            raise
        else:
            await self._concluded(claimed, deadline)

    async def _at_provider(self, claimed: ClaimedClosing) -> None:
        """A meeting that the provider does not have is closed."""
        try:
            await self.closer.close(claimed.meeting)
        except UnknownMeetingError:
            return

    async def _concluded(self, claimed: ClaimedClosing, deadline: float | None) -> None:
        doctors = await self._doctors(claimed.referral, deadline)
        now = self.now()
        seats = await self.closings.conclude_closing(
            claimed, doctors, now=now, due=now + self.lease
        )
        for result in await self.sync(seats, deadline):
            # What the attendance service refuses for good waits no more, and operators see it.
            refused = isinstance(result, DomainError) and not result.kind.later
            if isinstance(result, BaseException) and not refused:
                raise result

    async def _doctors(self, referral: ReferralId, deadline: float | None) -> Sequence[PersonId]:
        """None when the referral cannot be read now: whoever is shown has a seat, and is told."""
        try:
            async with asyncio.timeout_at(deadline):
                known = await self.referrals(referral)
        except (TimeoutError, DomainError):
            return ()
        return known.doctors if known else ()

    def _wait(self, claimed: ClaimedClosing, error: DomainError) -> float:
        of_this_one = error.about_item or not error.kind.later
        longest = LONGEST_FOR_ITEM if of_this_one else LONGEST
        return max(advised_wait(error), backoff(claimed.failures, self.random, longest))

    async def _later(self, claimed: ClaimedClosing, why: str, wait: float) -> None:
        await self.closings.postpone_closing(claimed, why, due=self.now() + wait)
