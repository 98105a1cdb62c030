"""Synchronise one seat with the attendance service: fold its facts, tell the result, settle."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from domain.claims import ClaimedSeat, Settled
from domain.erasure import is_erased
from domain.errors import (
    DomainError,
    Partner,
    PartnerDeclinedError,
    PartnerRefusedError,
    UnknownReferralError,
)
from domain.facts import MeetingOpened, PeerJoined, PeerLeft, StoredFact
from domain.policies.backoff import LONGEST, advised_wait, wait_before_retry
from domain.policies.doubt import in_doubt
from domain.policies.refusal import Refusals
from domain.ports.attendance import Attendance
from domain.ports.presence import PresenceFacts, PresenceUpdates
from domain.presence import Seat, changed_at, fold_presence


class SyncOutcome(Enum):
    """What became of an attempt that was not refused."""

    DONE = "done"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class SyncPresence:
    """At most one update of a seat is under way, so none can overtake another.

    ``patience`` is the longest that the attendance service may take to answer, in seconds.
    """

    facts: PresenceFacts
    updates: PresenceUpdates
    attendance: Attendance
    now: Callable[[], float]
    patience: float
    random: Callable[[], float]

    async def __call__(self, claimed: ClaimedSeat, deadline: float | None = None) -> SyncOutcome:
        """``deadline`` is in the event loop's time. Raises the DomainError of a final refusal.

        A bug of ours is raised too; the seat waits until it may have been mended.
        """
        settled = await self.told(claimed, deadline)
        if settled is None:
            return SyncOutcome.LATER
        await self.updates.settle(settled)
        return SyncOutcome.DONE

    async def told(self, claimed: ClaimedSeat, deadline: float | None) -> Settled | None:
        """What is left is to settle it; None when it is told later. Raises as a call does."""
        facts = claimed.facts
        if facts is None:
            facts = await self.facts.of_seat(claimed.seat)
        seq = max([claimed.seq, *(fact.seq for fact in facts)])
        if self.now() + self.patience > claimed.until:
            # The lease could run out before the call does, and then another update overtake it.
            await self.updates.release_seat(claimed, now=self.now())
            return None
        fold = fold_presence(claimed.seat.person, facts)
        inside = fold.is_in
        worth = _worth_telling(claimed, facts, self.now(), inside=inside)
        if worth and not await self._try_to_tell(claimed, seq, deadline, inside=inside):
            return None
        return Settled(
            claimed,
            seq,
            inside,
            self.now(),
            updated=worth,
            since=changed_at(claimed.seat.person, facts, claimed.told_seq),
            connected=fold.has_open_connection,
        )

    async def _try_to_tell(
        self, claimed: ClaimedSeat, seq: int, deadline: float | None, *, inside: bool
    ) -> bool:
        """False when it is told later."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._tell(claimed.seat, inside=inside)
        except TimeoutError:
            await self._later(claimed, "deadline", unsure=True)
        except DomainError as error:
            await self._refused(claimed, error, seq)
        except Exception:
            due = self.now() + LONGEST
            await self.updates.postpone_seat(claimed, "internal-error", due=due, unsure=True)
            raise
        else:
            return True
        return False

    async def _tell(self, seat: Seat, *, inside: bool) -> None:
        """Raises UnknownReferralError only when reading the referral says so too."""
        try:
            await self.attendance.set_in_meeting(seat, in_meeting=inside)
        except UnknownReferralError as error:
            try:
                await self.attendance.referral(seat.referral)
            except PartnerRefusedError as unread:
                raise PartnerDeclinedError(Partner.ATTENDANCE, unread.status) from unread
            raise PartnerDeclinedError(Partner.ATTENDANCE, 404) from error

    async def _refused(self, claimed: ClaimedSeat, error: DomainError, seq: int) -> None:
        """For good, or at the item's own pace, or as long as the attendance service fails."""
        refusals = None
        if isinstance(error, UnknownReferralError):
            refusals = claimed.refusals.not_there(self.now())
        elif error.about_item:
            refusals = claimed.refusals.declined()
        waits = error.kind.later or (
            refusals and not refusals.final(self.now(), known=claimed.known)
        )
        if waits:
            unsure = error.may_take_effect
            await self._later(claimed, error.slug, advised_wait(error), refusals, unsure=unsure)
            return
        await self.updates.refuse(claimed, error.slug, seq=seq, now=self.now())
        raise error

    async def _later(
        self,
        claimed: ClaimedSeat,
        why: str,
        at_least: float = 0,
        refusals: Refusals | None = None,
        *,
        unsure: bool = False,
    ) -> None:
        wait = wait_before_retry(claimed.failures, refusals, self.random, at_least)
        due = self.now() + wait
        await self.updates.postpone_seat(claimed, why, due=due, refusals=refusals, unsure=unsure)


def _worth_telling(
    claimed: ClaimedSeat, facts: Sequence[StoredFact], now: float, *, inside: bool
) -> bool:
    """True after any new fact but an opening, a join or a leave, because others may write that flag
    too; otherwise when the state differs from the one last told (never told counts as out), or when
    an update's outcome is in doubt. Never for an erased person: the attendance service does not
    know the pseudonym."""
    if is_erased(claimed.seat.person):
        return False
    if in_doubt(claimed.again, now):
        return True
    news = [fact for fact in facts if fact.seq > claimed.told_seq]
    if any(not isinstance(fact.what, MeetingOpened | PeerJoined | PeerLeft) for fact in news):
        return True
    return bool(facts) and inside != bool(claimed.shown)
