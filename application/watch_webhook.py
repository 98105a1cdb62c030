"""Notice that the provider no longer sends its webhooks to our URL, and that it does so again."""

from dataclasses import dataclass

from domain.ports.webhook_registry import WebhookRegistry
from domain.webhook_registration import RegistrationState, of_url, state_of


@dataclass(slots=True)
class WatchWebhook:
    """``registered`` is what the last answer said. Before the first it is True, so that nothing is
    said of what was right from the beginning."""

    registry: WebhookRegistry
    url: str
    registered: bool = True

    async def __call__(self) -> RegistrationState | None:
        """Ask once. The state if it became right or wrong, else None. Raises a PartnerError when
        the provider cannot be asked; then nothing is known and ``registered`` stays."""
        state = state_of(of_url(await self.registry.registrations(), self.url))
        registered = state is RegistrationState.REGISTERED
        if registered is self.registered:
            return None
        self.registered = registered
        return state
