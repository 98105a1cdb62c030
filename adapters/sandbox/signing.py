"""The RSA key that the sandbox provider signs its webhooks with."""

import base64
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(slots=True)
class SigningKey:
    """A 2048-bit key, made when first needed and never stored."""

    _key: rsa.RSAPrivateKey | None = field(default=None, repr=False)

    def rotate(self) -> None:
        """Sign with another key from now on."""
        self._key = None

    def sign(self, body: bytes) -> str:
        """RSASSA-PKCS1-v1_5 with SHA-256 over the raw body, in base64 (provider document)."""
        return base64.b64encode(self._ready().sign(body, PKCS1v15(), hashes.SHA256())).decode()

    @property
    def public_pem(self) -> str:
        public = self._ready().public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def _ready(self) -> rsa.RSAPrivateKey:
        self._key = self._key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._key
