"""The key that the provider publishes for verifying its webhooks."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.partner_api import PartnerApi
from adapters.provider.signature import load_key
from adapters.published_keys import PublishedKeys
from domain.errors import KeyUnavailableError

FRESH = 60.0
"""Seconds, at least, between two fetches."""


def webhook_keys(api: PartnerApi, now: Callable[[], float]) -> PublishedKeys[RSAPublicKey]:
    """Keys published at the URL of ``api``. ``now`` only rises (seconds)."""

    async def fetch() -> RSAPublicKey:
        return read_key(await api.call("GET"))

    return PublishedKeys("webhook_key", fetch, _unavailable, now, FRESH)


def read_key(document: dict[str, object]) -> RSAPublicKey:
    """From the PEM in ``data.publicKey`` (RealtimeKit's document) or ``publicKey``.

    Raises ValueError.
    """
    data = document.get("data", document)
    pem = data.get("publicKey") if isinstance(data, dict) else None
    if not isinstance(pem, str):
        raise ValueError("a key document without publicKey")  # noqa: TRY004 - content, not type
    return load_key(pem)


def _unavailable() -> KeyUnavailableError:
    return KeyUnavailableError("the provider's key cannot be fetched")
