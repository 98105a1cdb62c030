"""Verify a webhook, store it before anything else, and handle it at once if there is time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from application.handle_delivery import PENDING, HandleDelivery
from domain.delivery import Delivery, KnownDelivery, Outcome, State, Verdict, delivery_key
from domain.errors import (
    BadSignatureError,
    DomainError,
    KeyUnavailableError,
    MalformedEventError,
    StorageUnavailableError,
)
from domain.policies.breaker import Breaker
from domain.ports.webhooks import Headers, WebhookInbox, WebhookSource
from domain.session import SessionEvent

MARGIN = 0.2
"""Seconds to write down what a deadline cut off."""


@dataclass(frozen=True, slots=True)
class ReceiveWebhook:
    """``slots`` bounds how many are handled while their sender waits; the worker has the others.

    ``signature_required`` refuses a webhook without a signature; a wrong one is always refused.
    """

    source: WebhookSource
    inbox: WebhookInbox
    handle: HandleDelivery
    breaker: Breaker
    slots: asyncio.Semaphore
    now: Callable[[], float]
    new_key: Callable[[], str]
    lease: float
    signature_required: bool

    async def __call__(
        self, headers: Headers, body: bytes, deadline: float, *, from_page: bool = False
    ) -> Verdict:
        """What became of it. ``deadline`` is in the event loop's time. ``from_page``: a browser may
        have sent it for a page of a foreign origin, so it needs a signature in any case.

        Raises BadSignatureError; KeyUnavailableError; MalformedEventError when an unsigned body
        cannot be read; and StorageUnavailableError when the webhook may not have been stored: its
        sender must try again.
        """
        late: DomainError = KeyUnavailableError("the key did not come in time")
        event = received = None
        verdict = PENDING
        try:
            async with asyncio.timeout_at(deadline):
                signed = await self._verified(headers, body, from_page=from_page)
                late = StorageUnavailableError("the database did not answer in time")
                event = await self._read(body, signed=signed)
                at_once = not self.slots.locked() and (
                    event is None or not self.handle.acts_on(event) or self.breaker.allows()
                )
                received = await self._stored(headers, body, event, at_once=at_once)
                if isinstance(received, KnownDelivery):
                    verdict = _repeated(received)
                elif at_once:
                    verdict = await self._at_once(received, event, deadline - MARGIN)
        except TimeoutError as error:
            if received is None:
                raise late from error
            # It is stored; what is not done by the deadline is the worker's.
        return Verdict(verdict.outcome, verdict.why, event.name if event else "")

    async def _verified(self, headers: Headers, body: bytes, *, from_page: bool) -> bool:
        signed = await self.source.verify(headers, body)
        if (self.signature_required or from_page) and not signed:
            raise BadSignatureError("a webhook without a signature")
        return signed

    async def _read(self, body: bytes, *, signed: bool) -> SessionEvent | None:
        """A signed body that cannot be read is kept for operators; an unsigned one is its sender's
        mistake."""
        try:
            event = self.source.read(body)
            if not signed and event.referral is None:
                decide = self.handle.decide
                await decide.about_its_referral(event, await decide.known(event))
        except MalformedEventError:
            if not signed:
                raise
            return None
        return event

    async def _stored(
        self, headers: Headers, body: bytes, event: SessionEvent | None, *, at_once: bool
    ) -> Delivery | KnownDelivery:
        key = delivery_key(
            body,
            recognisable=event is None or event.recognisable,
            uuid=self.source.delivery_id(headers),
            new_key=self.new_key,
        )
        now = self.now()
        due = now + self.lease if at_once else now
        return await self.inbox.receive(key, body, event, now=now, due=due)

    async def _at_once(
        self, delivery: Delivery, event: SessionEvent | None, deadline: float
    ) -> Verdict:
        try:
            async with self.slots:
                return await self.handle(delivery, event, deadline)
        except StorageUnavailableError:
            return PENDING


def _repeated(known: KnownDelivery) -> Verdict:
    """A repeat is answered by the state of what is stored."""
    if known.state is State.WAITING or not known.settled:
        return PENDING
    dead = known.state is State.DEAD or known.refused
    return Verdict(Outcome.DEAD if dead else Outcome.DUPLICATE, known.why)
