"""Handle one claimed delivery: decide what it comes to, store that, and push its seats."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from application.decide_event import DecideEvent
from application.push_seat import Push, PushSeat
from domain.book import ClaimedSeat, Conclusion, Deliveries
from domain.delivery import Delivery, Outcome, Verdict
from domain.errors import DomainError, advised_wait
from domain.ports import ReadEvent
from domain.retry import LONGEST, backoff
from domain.session import SessionEvent

PENDING = Verdict(Outcome.PENDING)


@dataclass(frozen=True, slots=True)
class HandleDelivery:
    """The same whether the provider waits for the answer or the worker found it waiting."""

    read: ReadEvent
    decide: DecideEvent
    deliveries: Deliveries
    push: PushSeat
    now: Callable[[], float]
    random: Callable[[], float]
    lease: float

    async def __call__(
        self,
        delivery: Delivery,
        event: SessionEvent | None = None,
        deadline: float | None = None,
    ) -> Verdict:
        """``event`` is the body when it was read already; ``deadline`` is in the loop's time.

        A bug of ours is raised; the delivery waits until it may have been mended.
        """
        try:
            event = event or self.read(delivery.body)
            async with asyncio.timeout_at(deadline):
                conclusion = await self.decide(event, delivery.key, self.now())
        except TimeoutError:
            return await self._later(delivery, "deadline")
        except DomainError as error:
            if error.kind.later:
                return await self._later(delivery, error.slug, advised_wait(error))
            await self.deliveries.bury(delivery, error.slug, now=self.now())
            return Verdict(Outcome.DEAD, error.slug)
        except Exception:
            due = self.now() + LONGEST
            await self.deliveries.postpone_delivery(delivery, "internal-error", due=due)
            raise
        now = self.now()
        claimed = await self.deliveries.conclude(
            delivery, conclusion, now=now, due=now + self.lease
        )
        if claimed is None:
            return PENDING
        return await self._push_all(conclusion, claimed, deadline)

    def acts_on(self, event: SessionEvent) -> bool:
        """Whether the event could make us call the attendance service."""
        return self.decide.acts_on(event)

    async def _push_all(
        self, conclusion: Conclusion, claimed: Sequence[ClaimedSeat], deadline: float | None
    ) -> Verdict:
        """Side by side. A seat in somebody else's hands is pending like one that failed."""
        pushes = [self.push(seat, deadline) for seat in claimed]
        results = await asyncio.gather(*pushes, return_exceptions=True)
        refused = None
        for result in results:
            if isinstance(result, DomainError) and not result.kind.later:
                refused = Verdict(Outcome.DEAD, "update-refused")
            elif isinstance(result, BaseException):
                raise result
        ours = {seat.seat for seat in claimed}
        if Push.LATER in results or not ours.issuperset(conclusion.seats):
            return PENDING
        return refused or Verdict(conclusion.outcome, conclusion.why)

    async def _later(self, delivery: Delivery, why: str, at_least: float = 0) -> Verdict:
        due = self.now() + max(at_least, backoff(delivery.failures, self.random))
        await self.deliveries.postpone_delivery(delivery, why, due=due)
        return PENDING
