"""Let in the provider's webhooks and no others, before a byte of them is parsed."""

from collections.abc import Sequence
from dataclasses import dataclass

from multidict import MultiMapping

from adapters.provider.keys import PublicKeys
from adapters.provider.signature import is_signed
from domain.errors import BadSignatureError

SIGNATURES = ("dyte-signature", "rtk-signature")
UUIDS = ("dyte-uuid", "rtk-uuid")
LONGEST_UUID = 128


@dataclass(frozen=True, slots=True)
class Authenticity:
    """``required`` refuses a webhook without a signature; a wrong one is refused always."""

    keys: PublicKeys
    required: bool

    async def check(self, headers: MultiMapping[str], body: bytes) -> bool:
        """True when signed by the provider, False when unsigned and that is allowed.

        Raises BadSignatureError, only when that is certain: a key that may be out of date is
        renewed first. Raises KeyUnavailableError when it cannot be.
        """
        signatures = _values(headers, SIGNATURES)
        if not signatures and not self.required:
            return False
        key = await self.keys.current()
        if _is_ours(signatures) and is_signed(key, body, signatures[0]):
            return True
        newer = await self.keys.newer()
        if newer and _is_ours(signatures) and is_signed(newer, body, signatures[0]):
            return True
        raise BadSignatureError("a webhook that the provider did not sign")


def uuid_of(headers: MultiMapping[str]) -> str | None:
    """The delivery's uuid header; unsigned, so good for nothing but telling arrivals apart."""
    values = [value for value in _values(headers, UUIDS) if len(value) <= LONGEST_UUID]
    return values[0] if len(values) == 1 and values[0].isascii() else None


def _is_ours(signatures: Sequence[str]) -> bool:
    """Exactly one: of several, nobody can say which one counts."""
    return len(signatures) == 1


def _values(headers: MultiMapping[str], names: Sequence[str]) -> list[str]:
    return [value for name in names for value in headers.getall(name, [])]
