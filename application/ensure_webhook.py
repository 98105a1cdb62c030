"""Make sure that the provider sends its webhooks to our URL; other registrations are left alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from domain.ports.webhook_registry import WebhookRegistry
from domain.webhook_registration import RegistrationState, WebhookRegistration, of_url, state_of


class Ensured(Enum):
    """What was done. ``UNLISTED``: nothing, because the provider says that the URL is registered
    already; but it does not list it."""

    REGISTERED = "registered"
    MENDED = "mended"
    UNCHANGED = "unchanged"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class EnsureWebhook:
    """Safe to repeat: what is right already is left as it is."""

    registry: WebhookRegistry

    async def __call__(self, url: str) -> Ensured:
        """Raises a PartnerError when the provider fails or refuses."""
        ours = await self._ours(url)
        if not ours:
            if await self.registry.register(url):
                return Ensured.REGISTERED
            ours = await self._ours(url)  # somebody else was faster
        match state_of(ours):
            case RegistrationState.MISSING:
                return Ensured.UNLISTED
            case RegistrationState.REGISTERED:
                return Ensured.UNCHANGED
            case _:
                await self.registry.mend(ours[0])
                return Ensured.MENDED

    async def _ours(self, url: str) -> Sequence[WebhookRegistration]:
        return of_url(await self.registry.registrations(), url)
