"""Authenticate services by API key. The configuration holds a name and a hash for each key.

A key is 256 random bits, so a plain SHA-256 protects it and a slow hash is not needed.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.caller import Caller, MetricsReader, Service
from domain.errors import InvalidCredentialsError, UnauthenticatedError

PREFIX = "vck_"
"""Every key begins with it, so that people and secret scanners recognise a leaked key."""
OPERATOR = "operator"
METRICS = "metrics"
ROLES = (OPERATOR, METRICS)
ENTRY = re.compile(r"([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)(?::(\w+))?=([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A valid key: whose it is, and the key's SHA-256."""

    caller: Service | MetricsReader
    digest: bytes


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """A service may have several keys, so that a key can be replaced without a gap."""

    keys: Sequence[ApiKey]

    async def identify(self, credential: str | None) -> Caller:
        if credential is None:
            raise UnauthenticatedError("no key was given")
        digest = hashlib.sha256(credential.encode()).digest()
        # All are compared, each in constant time, so the duration reveals nothing.
        found = [key.caller for key in self.keys if hmac.compare_digest(key.digest, digest)]
        if not found:
            raise InvalidCredentialsError("a key that is not valid")
        return found[0]


def new_key(secret: str) -> str:
    """A key from at least 256 random bits as text."""
    return PREFIX + secret


def entry_of(key: str, name: str, role: str | None = None) -> str:
    """The key's entry for ``API_KEYS``: ``name=hash``, or ``name:role=hash`` (``ROLES``)."""
    named = name if role is None else f"{name}:{role}"
    return f"{named}={hashlib.sha256(key.encode()).hexdigest()}"


def read_entries(text: str) -> tuple[ApiKey, ...]:
    """The keys of a comma-separated ``API_KEYS``; raises ValueError, which never repeats it."""
    keys = tuple(_read(part.strip()) for part in text.split(",") if part.strip())
    if len({key.digest for key in keys}) < len(keys):
        raise ValueError("one key cannot be two services': name=hash, each hash once")
    return keys


def _read(entry: str) -> ApiKey:
    match = ENTRY.fullmatch(entry)
    if match is None or match[2] not in {None, *ROLES}:
        raise ValueError("must be name=hash or name:role=hash, as `keys new` prints them")
    name, role, digest = match[1], match[2], bytes.fromhex(match[3])
    if role == METRICS:
        return ApiKey(MetricsReader(name), digest)
    return ApiKey(Service(name, operator=role == OPERATOR), digest)
