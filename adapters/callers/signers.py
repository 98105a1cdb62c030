"""Whose signature on a token counts: a key given by configuration, or the keys that an identity
provider publishes as a JWK set (RFC 7517)."""

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeyBase, KeySet, RSAKey, import_key

from adapters.fetched import Fetched
from adapters.partner_api import PartnerApi
from domain.errors import Partner, PartnerUnavailableError

FRESH = 10.0
"""Seconds between two fetches for the sake of key ids that nobody knows."""
GOOD = 24 * 3600.0
"""Seconds that keys serve while the provider is away: a key that was taken back serves as long."""
SMALLEST_RSA = 2048
KINDS = ("RSA", "EC")


class Signers(Protocol):
    """The keys to check a token with."""

    async def current(self) -> KeyBase:
        """Raises PartnerUnavailableError when there are none."""
        ...

    async def newer(self) -> KeyBase | None:
        """Those to look an unknown key id up in; None when the current ones are certain.

        Raises PartnerUnavailableError when that cannot be found out.
        """
        ...


@dataclass(frozen=True, slots=True)
class GivenSigner:
    """One key that whoever configured it answers for, whatever key id a token names."""

    key: Key

    async def current(self) -> KeyBase:
        return self.key

    async def newer(self) -> KeyBase | None:
        return None


@dataclass(slots=True)
class PublishedSigners:
    """Fetched when first needed, and kept for a day while the identity provider is away.

    ``now`` only ever rises (seconds).
    """

    api: PartnerApi
    now: InitVar[Callable[[], float]]
    _published: Fetched[KeySet] = field(init=False)

    def __post_init__(self, now: Callable[[], float]) -> None:
        self._published = Fetched("identity_keys", self._fetch, now, FRESH, GOOD)

    async def current(self) -> KeyBase:
        return _had(await self._published.current())

    async def newer(self) -> KeyBase | None:
        if self._published.certain:
            return None
        return _had(await self._published.renewed())

    async def _fetch(self) -> KeySet:
        return key_set(await self.api.call("GET"))


def load_signer(pem: str) -> Key:
    r"""A public key from PEM, in which line breaks may be written as a backslash and an n.

    Raises ValueError for anything but RSA of 2048 bits or more and elliptic curves.
    """
    text = pem.replace("\\n", "\n").strip().encode()
    key = load_pem_public_key(text)
    if isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_RSA:
        return RSAKey.import_key(text)
    if isinstance(key, EllipticCurvePublicKey):
        return ECKey.import_key(text)
    raise ValueError("not an RSA key of 2048 bits or more, nor an elliptic curve key")


def signer_algorithm(pem: str) -> str:
    """Which of the two algorithms goes with a key; the PEM is one that ``load_signer`` takes."""
    return "RS256" if isinstance(load_signer(pem), RSAKey) else "ES256"


def key_set(document: dict[str, object]) -> KeySet:
    """The usable keys of a JWK set; one that is not understood is left out (RFC 7517, 5).

    Raises ValueError when none is left.
    """
    listed = document.get("keys")
    keys = [_key(one) for one in listed] if isinstance(listed, list) else []
    usable = [key for key in keys if key is not None]
    if not usable:
        raise ValueError("a key document without keys that can be used")
    return KeySet(usable)


def _key(data: object) -> Key | None:
    """An asymmetric key; a shared secret has no business in a public document."""
    if not isinstance(data, dict) or data.get("kty") not in KINDS:
        return None
    try:
        key = import_key(data)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    weak = isinstance(key, RSAKey) and key.public_key.key_size < SMALLEST_RSA
    return None if weak else key


def _had(keys: KeySet | None) -> KeySet:
    if keys is None:
        raise PartnerUnavailableError(Partner.IDENTITY, "its keys are not to be had")
    return keys
