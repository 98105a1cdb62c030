"""Verify a webhook's signature: RSASSA-PKCS1-v1_5 with SHA-256 over the raw body (provider
document)."""

import base64
import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SMALLEST = 2048  # bits


@lru_cache(maxsize=8)
def load_key(pem: str) -> RSAPublicKey:
    r"""An RSA key from PEM, in which line breaks may be written as a backslash and an n.

    Raises ValueError, also for a key of less than 2048 bits.
    """
    try:
        key = load_pem_public_key(pem.replace("\\n", "\n").strip().encode())
    except UnsupportedAlgorithm as error:
        raise ValueError("not a key that can be used") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")  # noqa: TRY004 - the content is wrong, not the type
    if key.key_size < SMALLEST:
        raise ValueError("an RSA key that is too small")
    return key


def is_signed(key: RSAPublicKey, body: bytes, signature: str) -> bool:
    """Whether the base64 signature is that key's over exactly these bytes."""
    try:
        raw = base64.b64decode(signature, validate=True)
        if base64.b64encode(raw).decode() != signature:
            return False  # else the last character's unused bits would allow 16 spellings
        key.verify(raw, body, PKCS1v15(), hashes.SHA256())
    except (binascii.Error, InvalidSignature, ValueError):
        return False
    return True
