"""How the webhook commands say what is registered."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from application.ensure_webhook import Ensured
from domain.webhook_registration import NAME, RegistrationState, WebhookRegistration

ENSURED = {
    Ensured.REGISTERED: "registered",
    Ensured.MENDED: "mended: it is enabled, with all events",
    Ensured.UNCHANGED: "registered already, nothing was changed",
    Ensured.UNLISTED: "the provider says it is registered already, but does not list it",
}


def status_text(state: RegistrationState, ours: Sequence[WebhookRegistration], url: str) -> str:
    """One sentence, with what to do when something is wrong."""
    if state is RegistrationState.REGISTERED:
        return f"registered, enabled, with all events: {url}"
    lacking = next((one.missing for one in ours if one.enabled), ())
    wrong = {
        RegistrationState.MISSING: "not registered",
        RegistrationState.DISABLED: "registered, but disabled",
        RegistrationState.INCOMPLETE: f"registered, but without {', '.join(lacking)}",
    }[state]
    return f"{wrong}: {url}; `videochamadas webhook ensure` mends it"


def duplicates(ours: Sequence[WebhookRegistration]) -> list[str]:
    """A line when each event may come several times, which is handled, but costs."""
    if len(ours) < 2:
        return []
    return [f"registered {len(ours)} times; `webhook remove`, then `webhook ensure` leave one"]


def others(registrations: Sequence[WebhookRegistration]) -> list[str]:
    """Hosts alone: the rest of somebody else's URL may be a secret. One that has our name may be of
    an earlier address, or of another installation."""
    return [
        f"{_host(one.url)}, called {NAME} too" if one.name == NAME else _host(one.url)
        for one in registrations
    ]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "-"
    except ValueError:
        return "-"
