"""What is registered at the provider: which URLs get its webhooks.

Ours are the registrations of our URL. A name says little: anybody may have chosen it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

NAME = "videochamadas"
"""What this service calls its registrations."""
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class WebhookRegistration:
    """One URL that gets webhooks. ``events`` are those that it is sent, in the provider's words;
    ``missing`` are those that this service needs besides."""

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    missing: tuple[str, ...]
    enabled: bool

    @property
    def works(self) -> bool:
        return self.enabled and not self.missing


class RegistrationState(Enum):
    """What is registered for one URL; only ``REGISTERED`` brings every webhook that is needed."""

    REGISTERED = "registered"
    MISSING = "missing"
    DISABLED = "disabled"
    INCOMPLETE = "incomplete"


def of_url(registrations: Sequence[WebhookRegistration], url: str) -> list[WebhookRegistration]:
    """Those of that URL, however a provider writes its host and its port."""
    return [one for one in registrations if _address(one.url) == _address(url)]


def state_of(ours: Sequence[WebhookRegistration]) -> RegistrationState:
    """The state of registrations of one URL: one that works is enough."""
    if not ours:
        return RegistrationState.MISSING
    if any(one.works for one in ours):
        return RegistrationState.REGISTERED
    if any(one.enabled for one in ours):
        return RegistrationState.INCOMPLETE
    return RegistrationState.DISABLED


def _address(url: str) -> tuple[object, ...]:
    """A text that is no URL is the address of itself."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return (url,)
    return parts.scheme, parts.hostname, port, parts.path, parts.query
