"""Whether the provider sends its webhooks to ``PUBLIC_URL``, for ``videochamadas check``."""

from adapters.plug_in import Finding
from domain.errors import PartnerError
from domain.installation import TWIN
from domain.ports.webhook_registry import WebhookRegistry
from domain.webhook_registration import RegistrationState, of_url, state_of
from entrypoints.cli.webhook_texts import duplicates, status_text
from entrypoints.container import Container

SUBJECT = "webhook registration"
UNSET = "nothing looks whether it is there: set PUBLIC_URL to the service's public address"
ASK = "mend the video provider first, or let the token list webhooks"


async def look_at_registration(container: Container) -> list[Finding]:
    """A failure when webhooks do not come; a warning when nobody can say. The twin needs none."""
    settings, registry = container.settings(), container.webhook_registry()
    if settings.video_provider == TWIN:
        return []
    if registry is None:
        by_hand = f"{settings.video_provider} cannot say: look at the provider itself"
        return [_warning(by_hand)]
    if settings.webhook_url is None:
        return [_warning(UNSET)]
    return [await _asked(registry, settings.webhook_url)]


async def _asked(registry: WebhookRegistry, url: str) -> Finding:
    try:
        ours = of_url(await registry.registrations(), url)
    except PartnerError as error:
        return _warning(f"not known: {error}; {ASK}")
    state, twice = state_of(ours), duplicates(ours)
    told = "; ".join([status_text(state, ours, url), *twice])
    right = state is RegistrationState.REGISTERED
    return Finding(SUBJECT, ok=right, warning=right and bool(twice), detail=told)


def _warning(detail: str) -> Finding:
    return Finding(SUBJECT, ok=True, warning=True, detail=detail)
