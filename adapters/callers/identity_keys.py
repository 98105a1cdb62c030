"""The keys that sign doctors' tokens: given by configuration, or published by the identity provider
as a JWK set (RFC 7517)."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey, import_key

from adapters.partner_api import PartnerApi
from adapters.partner_calls import PartnerCalls
from adapters.published_keys import PublishedKeys
from domain.errors import Partner, PartnerUnavailableError
from domain.policies.rate import Rate

RATE = Rate(every=10.0, burst=3)
"""Fetches that unknown key ids may cause: three at once, then one each ten seconds."""
GOOD = 24 * 3600.0
"""Seconds that keys serve while the identity provider is away. A revoked key serves as long."""
SMALLEST_RSA = 2048
KINDS = ("RSA", "EC")


def identity_keys(
    api: PartnerApi, now: Callable[[], float], calls: PartnerCalls
) -> PublishedKeys[KeySet]:
    """The JWK set at the URL of ``api``. ``now`` only rises (seconds); ``calls`` measures."""

    async def fetched() -> KeySet:
        return key_set(await api.call("GET"))

    async def fetch() -> KeySet:
        return await calls("keys", fetched)

    return PublishedKeys(
        "identity_keys", fetch, _unavailable, now, RATE, GOOD, content=_thumbprints
    )


def _thumbprints(keys: KeySet) -> set[str]:
    return {key.thumbprint() for key in keys.keys}


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


def _unavailable() -> PartnerUnavailableError:
    return PartnerUnavailableError(Partner.IDENTITY, "its keys cannot be fetched")
