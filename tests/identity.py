"""A hospital's identity provider that is made up: real keys, and any token one asks it for."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from pydantic import SecretStr

from adapters.callers.api_keys import METRICS, OPERATOR, entry_of

ISSUER = "https://id.hospital.example"
AUDIENCE = "videochamadas"
PORTAL_KEY = "vck_portal"
OPERATOR_KEY = "vck_plantao"
METRICS_KEY = "vck_prometheus"


def signer(kid: str = "key-1", kind: str = "RSA") -> Key:
    """The private key of that id; the same one all through the run."""
    return _made(kid, kind)


@cache
def _made(kid: str, kind: str) -> Key:
    if kind == "EC":
        return ECKey.generate_key("P-256", {"kid": kid})
    return RSAKey.generate_key(2048, {"kid": kid})


def public_pem(kid: str = "key-1", kind: str = "RSA") -> str:
    key = signer(kid, kind)
    assert isinstance(key, RSAKey | ECKey)
    return key.as_pem(private=False).decode()


def asking() -> dict[str, object]:
    """Settings with which doctors are known by this provider's tokens, two services by keys, and
    Prometheus too."""
    entries = (
        entry_of(PORTAL_KEY, "portal"),
        entry_of(OPERATOR_KEY, "plantao", OPERATOR),
        entry_of(METRICS_KEY, "prometheus", METRICS),
    )
    return {
        "auth": frozenset({"jwt", "api-key"}),
        "api_keys": SecretStr(",".join(entries)),
        "jwt_public_key": public_pem(),
        "jwt_issuer": ISSUER,
        "jwt_audience": AUDIENCE,
        "sweep": False,
    }


def published(*kids: str) -> dict[str, Any]:
    """The JWK set that the provider publishes."""
    return dict(KeySet([signer(kid) for kid in kids]).as_dict(private=False))


def a_token(
    person: object = "dra-ana", *, kid: str = "key-1", at: float | None = None, **changed: object
) -> str:
    """Good for an hour from ``at``; a claim that is changed to None is left out."""
    now = int(time.time() if at is None else at)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": person,
        "iat": now,
        "exp": now + 3600,
        **changed,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": kid}, kept, signer(kid))


def an_unsigned_token(person: str = "dra-ana") -> str:
    """``alg`` is ``none``, and the signature is empty."""
    return f"{token_part({'alg': 'none'})}.{a_token(person).split('.')[1]}."


def a_confused_token(person: str = "dra-ana") -> str:
    """HS256 with the provider's public key as the secret: by hand, since libraries refuse to."""
    head, claims = token_part({"alg": "HS256", "kid": "key-1"}), a_token(person).split(".")[1]
    signature = hmac.digest(public_pem().encode(), f"{head}.{claims}".encode(), hashlib.sha256)
    return f"{head}.{claims}.{_encoded(signature)}"


def token_part(value: object) -> str:
    """A JSON value as a token's head or claims."""
    return _encoded(json.dumps(value).encode())


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
