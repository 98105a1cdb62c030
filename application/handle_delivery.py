"""Handle one claimed delivery: decide, store the decision, and tell its seats."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from application.decide_event import DecideEvent
from application.sync_presence import SyncOutcome
from application.sync_together import SyncTogether
from domain.claims import Concluded
from domain.decision import Decision
from domain.delivery import Delivery, Outcome, Verdict, Why
from domain.errors import DomainError, UnknownReferralError
from domain.policies.backoff import LONGEST, advised_wait, wait_before_retry
from domain.policies.refusal import Refusals
from domain.ports.webhooks import DeliveryQueue, WebhookSource
from domain.session import SessionEvent

PENDING = Verdict(Outcome.PENDING)


@dataclass(frozen=True, slots=True)
class HandleDelivery:
    """Used both while the provider waits for its answer and by the worker."""

    source: WebhookSource
    decide: DecideEvent
    deliveries: DeliveryQueue
    sync: SyncTogether
    now: Callable[[], float]
    random: Callable[[], float]
    lease: float

    async def __call__(
        self,
        delivery: Delivery,
        event: SessionEvent | None = None,
        deadline: float | None = None,
    ) -> Verdict:
        """``event`` is the body when it was read already; ``deadline`` is in the event loop's time.

        An unexpected exception is raised again, and the delivery waits ``LONGEST`` seconds.
        """
        try:
            event = event or self.source.read(delivery.body)
            async with asyncio.timeout_at(deadline):
                event = await self.decide.about_its_referral(event, delivery.meeting)
                decision = await self.decide(event, delivery.key, self.now())
        except TimeoutError:
            return await self._later(delivery, "deadline")
        except DomainError as error:
            return await self._refused(delivery, event, error)
        except Exception:
            due = self.now() + LONGEST
            await self.deliveries.postpone_delivery(delivery, "internal-error", due=due)
            raise
        now = self.now()
        concluded = await self.deliveries.conclude(
            delivery, decision, now=now, due=now + self.lease
        )
        if concluded is None:
            return PENDING
        if decision.facts and not concluded.news:
            return PENDING if concluded.waiting else Verdict(Outcome.DUPLICATE, decision.why)
        return await self._tell_all(decision, concluded, deadline)

    def acts_on(self, event: SessionEvent) -> bool:
        """Whether the event could make us call the attendance service."""
        return self.decide.acts_on(event)

    async def _tell_all(
        self, decision: Decision, concluded: Concluded, deadline: float | None
    ) -> Verdict:
        """All at once. What somebody else tells counts as pending."""
        results = await self.sync(concluded.claimed, deadline)
        refused = None
        for result in results:
            if isinstance(result, DomainError) and not result.kind.later:
                refused = Verdict(Outcome.DEAD, "update-refused")
            elif isinstance(result, BaseException):
                raise result
        if SyncOutcome.LATER in results or concluded.waiting:
            return PENDING
        return refused or Verdict(decision.outcome, decision.why)

    async def _refused(
        self, delivery: Delivery, event: SessionEvent | None, error: DomainError
    ) -> Verdict:
        """For good, or at its own pace, or as long as the attendance service fails."""
        refusals, final = None, not error.kind.later
        if isinstance(error, UnknownReferralError) and event and event.referral:
            refusals = delivery.refusals.not_there(self.now())
            known = await self.deliveries.knows_referral(event.referral)
            final = refusals.final(self.now(), known=known)
        elif error.about_item:
            refusals = delivery.refusals.declined()
        if not final:
            return await self._later(delivery, error.slug, advised_wait(error), refusals)
        unknown = isinstance(error, UnknownReferralError)
        if unknown and event and await self.decide.is_about_none(event):
            ignored = Decision(Outcome.IGNORED, Why.NO_REFERRAL)
            await self.deliveries.conclude(delivery, ignored, now=self.now(), due=self.now())
            return Verdict(ignored.outcome, ignored.why)
        await self.deliveries.bury(delivery, error.slug, now=self.now())
        return Verdict(Outcome.DEAD, error.slug)

    async def _later(
        self,
        delivery: Delivery,
        why: str,
        at_least: float = 0,
        refusals: Refusals | None = None,
    ) -> Verdict:
        wait = wait_before_retry(delivery.failures, refusals, self.random, at_least)
        due = self.now() + wait
        await self.deliveries.postpone_delivery(delivery, why, due=due, refusals=refusals)
        return PENDING
