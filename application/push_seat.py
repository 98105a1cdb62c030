"""Bring one seat to the attendance service: fold its facts, tell the result, settle."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from domain.book import ClaimedSeat, Seats
from domain.erased import is_erased
from domain.errors import DomainError, advised_wait
from domain.facts import Numbered, PeerJoined, PeerLeft
from domain.ports import Attendance
from domain.presence import is_in
from domain.referral import Presence
from domain.retry import LONGEST, backoff


class Push(Enum):
    """What became of an attempt that was not refused."""

    DONE = "done"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class PushSeat:
    """At most one push of a seat is in flight, so none can overtake another.

    ``patience`` is the longest that the attendance service may take to answer, in seconds.
    """

    seats: Seats
    attendance: Attendance
    now: Callable[[], float]
    patience: float
    random: Callable[[], float]

    async def __call__(self, claimed: ClaimedSeat, deadline: float | None = None) -> Push:
        """``deadline`` is in the event loop's time. Raises the DomainError of a final refusal.

        A bug of ours is raised too; the seat waits until it may have been mended.
        """
        facts = await self.seats.facts(claimed.seat)
        seq = max([claimed.seq, *(fact.seq for fact in facts)])
        if self.now() + self.patience > claimed.until:
            # The lease could run out before the call does, and then another push overtake it.
            await self.seats.release_seat(claimed, now=self.now())
            return Push.LATER
        seat = claimed.seat
        inside = is_in(seat.person, facts)
        if not _worth_telling(claimed, facts, inside=inside):
            await self.seats.settle(claimed, seq=seq, in_meeting=inside, now=self.now())
            return Push.DONE
        try:
            async with asyncio.timeout_at(deadline):
                await self.attendance.mark(
                    Presence(seat.referral, seat.meeting, seat.person, in_meeting=inside)
                )
        except TimeoutError:
            return await self._later(claimed, "deadline")
        except DomainError as error:
            if error.kind.later:
                return await self._later(claimed, error.slug, advised_wait(error))
            await self.seats.refuse(claimed, error.slug, seq=seq, now=self.now())
            raise
        except Exception:
            await self.seats.postpone_seat(claimed, "internal-error", due=self.now() + LONGEST)
            raise
        await self.seats.settle(claimed, seq=seq, in_meeting=inside, now=self.now())
        return Push.DONE

    async def _later(self, claimed: ClaimedSeat, why: str, at_least: float = 0) -> Push:
        due = self.now() + max(at_least, backoff(claimed.failures, self.random))
        await self.seats.postpone_seat(claimed, why, due=due)
        return Push.LATER


def _worth_telling(claimed: ClaimedSeat, facts: Sequence[Numbered], *, inside: bool) -> bool:
    """Reports and session ends always: others may write that flag too. What only concerns
    connections, when it changes what is shown; somebody who was never shown is shown out. Never of
    somebody who was erased: the attendance service knows nobody of that name."""
    if is_erased(claimed.seat.person):
        return False
    news = [fact for fact in facts if fact.seq > claimed.pushed_seq]
    if any(not isinstance(fact.what, PeerJoined | PeerLeft) for fact in news):
        return True
    return bool(facts) and inside != bool(claimed.shown)
