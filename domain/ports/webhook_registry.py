"""The list of URLs that the provider sends its webhooks to."""

from collections.abc import Sequence
from typing import Protocol

from domain.webhook_registration import WebhookRegistration


class WebhookRegistry(Protocol):
    """Registers where the webhooks go."""

    async def registrations(self) -> Sequence[WebhookRegistration]:
        """All that are registered with our credentials, others' too. Raises an error rather than
        leave one out."""
        ...

    async def register(self, url: str) -> bool:
        """Register a URL, enabled, with the events that are needed. False when the provider says
        that it is registered already; then nothing was changed."""
        ...

    async def mend(self, registration: WebhookRegistration) -> None:
        """Enable it, and add the events that it lacks; all else stays as it is."""
        ...

    async def remove(self, registration: WebhookRegistration) -> None:
        """Delete it. One that is gone already is no error."""
        ...
