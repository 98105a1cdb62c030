"""The provider's webhooks: what is asked of the provider's adapter, and where they are stored."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.claims import Concluded
from domain.decision import Decision
from domain.delivery import Delivery, KnownDelivery
from domain.policies.refusal import Refusals
from domain.referral import ReferralId
from domain.session import SessionEvent

Headers = Mapping[str, Sequence[str]]
"""A request's headers: lower-case names, each with all its values in order."""


class WebhookSource(Protocol):
    """Recognises and reads the webhooks of one video provider."""

    async def verify(self, headers: Headers, body: bytes) -> bool:
        """True when the provider signed exactly these bytes; False when there is no signature.

        Raises BadSignatureError for a wrong one, only when that is certain; KeyUnavailableError
        when the key to check with cannot be fetched.
        """
        ...

    def read(self, body: bytes) -> SessionEvent:
        """The event that a body tells. Raises MalformedEventError."""
        ...

    def delivery_id(self, headers: Headers) -> str | None:
        """The provider's id of this delivery, at most 128 ASCII characters; None without one.

        It need not be signed: it only tells apart deliveries whose bodies are the same.
        """
        ...


class WebhookInbox(Protocol):
    """Stores webhooks before they are answered."""

    async def receive(
        self, key: str, body: bytes, event: SessionEvent | None, *, now: float, due: float
    ) -> Delivery | KnownDelivery:
        """Store a webhook under a unique key. A new one is claimed until ``due`` by the same
        statement; a known key stores nothing.

        ``event`` is what the body was read as, None when it could not be read; operators find the
        delivery by it.
        """
        ...


class DeliveryQueue(Protocol):
    """Claims and settles stored webhooks.

    A claim is a lease: until it ends nobody else gets the delivery. Every other method changes
    nothing when the claim is no longer the newest.
    """

    async def claim_deliveries(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Sequence[Delivery]:
        """Deliveries that are due, longest waiting first. ``suspects`` are those whose claims were
        lost several times in a row: ever more slowly, and never given up."""
        ...

    async def hasten_deliveries(self, *, now: float) -> None:
        """The attendance service is back: deliveries that wait because it failed are due now. Those
        that were refused on their own account keep their wait."""
        ...

    async def conclude(
        self, delivery: Delivery, decision: Decision, *, now: float, due: float
    ) -> Concluded | None:
        """One transaction: append the facts, mark their seats due, and end the delivery.

        The caller has the seats that it returns claimed until ``due``; other seats that the facts
        are about are due too. None when the claim on the delivery was lost.
        """
        ...

    async def postpone_delivery(
        self, delivery: Delivery, why: str, *, due: float, refusals: Refusals | None = None
    ) -> None:
        """Try again at ``due``; one more failure. ``refusals`` is what they are by now, if not what
        they were."""
        ...

    async def knows_referral(self, referral: ReferralId) -> bool:
        """Whether any seat's referral of that id was read, or updated, before."""
        ...

    async def bury(self, delivery: Delivery, why: str, *, now: float) -> None:
        """Make it a dead letter, for operators."""
        ...

    async def release_delivery(self, delivery: Delivery, *, now: float) -> None:
        """End the claim: due at once, with no failure counted."""
        ...
