"""Store a webhook before anything else, then handle it at once if there is time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from application.handle_delivery import PENDING, HandleDelivery
from domain.book import Intake, Known
from domain.breaker import Breaker
from domain.delivery import Delivery, Outcome, State, Verdict, delivery_key
from domain.errors import BookUnavailableError
from domain.session import SessionEvent

MARGIN = 0.2
"""Seconds to write down what a deadline cut off."""


@dataclass(frozen=True, slots=True)
class ReceiveWebhook:
    """``slots`` bounds how many are handled while their sender waits; more are the worker's."""

    intake: Intake
    handle: HandleDelivery
    breaker: Breaker
    slots: asyncio.Semaphore
    now: Callable[[], float]
    new_id: Callable[[], str]
    lease: float

    async def __call__(
        self, body: bytes, uuid: str | None, event: SessionEvent | None, deadline: float
    ) -> Verdict:
        """``event`` is None when a signed body cannot be understood: it is kept for people.

        ``deadline`` is in the event loop's time. Raises BookUnavailableError when the webhook may
        not have been stored: its sender must try again.
        """
        recognisable = event is None or event.recognisable
        key = delivery_key(body, recognisable=recognisable, uuid=uuid, new_id=self.new_id())
        now = self.now()
        at_once = not self.slots.locked() and (
            event is None or not self.handle.acts_on(event) or self.breaker.allows()
        )
        try:
            async with asyncio.timeout_at(deadline):
                due = now + self.lease if at_once else now
                received = await self.intake.receive(key, body, event, now=now, due=due)
        except TimeoutError as error:
            raise BookUnavailableError("the database did not answer in time") from error
        if isinstance(received, Known):
            return _repeated(received)
        return await self._at_once(received, event, deadline) if at_once else PENDING

    async def _at_once(
        self, delivery: Delivery, event: SessionEvent | None, deadline: float
    ) -> Verdict:
        """Stored it is; whatever does not come about by the deadline is the worker's."""
        try:
            async with asyncio.timeout_at(deadline), self.slots:
                return await self.handle(delivery, event, deadline - MARGIN)
        except (TimeoutError, BookUnavailableError):
            return PENDING


def _repeated(known: Known) -> Verdict:
    """A repeat is answered by the state of what is stored."""
    if known.state is State.WAITING or not known.settled:
        return PENDING
    dead = known.state is State.DEAD or known.refused
    return Verdict(Outcome.DEAD if dead else Outcome.DUPLICATE, known.why)
