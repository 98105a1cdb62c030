"""Verify the provider's webhooks before parsing them, and read them."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.provider.signature import is_signed
from adapters.provider.webhook_body import read_event
from adapters.published_keys import Keys
from domain.errors import BadSignatureError
from domain.ports.webhooks import Headers
from domain.session import SessionEvent

SIGNATURES = ("dyte-signature", "rtk-signature")
UUIDS = ("dyte-uuid", "rtk-uuid")
LONGEST_UUID = 128  # characters


@dataclass(frozen=True, slots=True)
class ProviderWebhooks:
    """Accepts Dyte's and RealtimeKit's headers (provider documents)."""

    keys: Keys[RSAPublicKey]

    async def verify(self, headers: Headers, body: bytes) -> bool:
        """A key that may be outdated is fetched again before a signature counts as wrong."""
        signatures = _values(headers, SIGNATURES)
        if not signatures:
            return False
        key = await self.keys.current()
        if _is_ours(signatures) and is_signed(key, body, signatures[0]):
            return True
        newer = await self.keys.newer()
        if newer and _is_ours(signatures) and is_signed(newer, body, signatures[0]):
            return True
        raise BadSignatureError("a webhook that the provider did not sign")

    def read(self, body: bytes) -> SessionEvent:
        return read_event(body)

    def delivery_id(self, headers: Headers) -> str | None:
        values = [value for value in _values(headers, UUIDS) if len(value) <= LONGEST_UUID]
        return values[0] if len(values) == 1 and values[0].isascii() else None


def _is_ours(signatures: Sequence[str]) -> bool:
    """Exactly one signature; of several, it is not defined which one counts."""
    return len(signatures) == 1


def _values(headers: Headers, names: Sequence[str]) -> list[str]:
    return [value for name in names for value in headers.get(name, ())]
