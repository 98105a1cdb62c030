"""The provider's webhooks: let in its own and no others, before a byte of them is parsed."""

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
LONGEST_UUID = 128


@dataclass(frozen=True, slots=True)
class ProviderWebhooks:
    """Dyte's and RealtimeKit's headers are both understood (provider document)."""

    keys: Keys[RSAPublicKey]

    async def verify(self, headers: Headers, body: bytes) -> bool:
        """A key that may be out of date is renewed before a signature is called wrong."""
        signatures = _values(headers, SIGNATURES)
        if not signatures:
            return False
        if len(signatures) > 1:
            raise BadSignatureError("two signatures that differ")
        (signature,) = signatures
        if is_signed(await self.keys.current(), body, signature):
            return True
        newer = await self.keys.newer()
        if newer is not None and is_signed(newer, body, signature):
            return True
        raise BadSignatureError("a webhook that the provider did not sign")

    def read(self, body: bytes) -> SessionEvent:
        return read_event(body)

    def delivery_id(self, headers: Headers) -> str | None:
        values = {value for value in _values(headers, UUIDS) if len(value) <= LONGEST_UUID}
        value = values.pop() if len(values) == 1 else ""
        return value if value and value.isascii() else None


def _values(headers: Headers, names: Sequence[str]) -> set[str]:
    """Each value once: a relay may repeat a header, fold several into one, or send both providers'
    names."""
    given = ",".join(value for name in names for value in headers.get(name, ())).split(",")
    values = {value.strip(" \t") for value in given}
    present = any(name in headers for name in names)
    return (values - {""} or {""}) if present else set()
