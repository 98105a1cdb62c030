"""Callers by API key: each service has a name, and the configuration has only hashes.

A key is 256 random bits, so a plain SHA-256 of it tells nothing and costs nothing.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.caller import Caller, Service
from domain.errors import InvalidCredentialsError, UnauthenticatedError

PREFIX = "vck_"
"""Begins every key, so that a leaked one is recognised by people and by scanners."""
OPERATOR = "operator"
ENTRY = re.compile(r"([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)(?::(\w+))?=([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key that is valid: whose it is, and the SHA-256 of it."""

    service: Service
    digest: bytes


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """Several keys may be one service's, so that a new one is in use before the old one goes."""

    keys: Sequence[ApiKey]

    async def identify(self, credential: str | None) -> Caller:
        if credential is None:
            raise UnauthenticatedError("no key was given")
        digest = hashlib.sha256(credential.encode()).digest()
        # All are compared, each in constant time: how long it takes tells nothing.
        found = [key.service for key in self.keys if hmac.compare_digest(key.digest, digest)]
        if not found:
            raise InvalidCredentialsError("a key that is not valid")
        return found[0]


def new_key(secret: str) -> str:
    """A key from at least 256 random bits as text."""
    return PREFIX + secret


def entry_of(key: str, name: str, *, operator: bool) -> str:
    """What the configuration needs to know of a key: ``name=hash`` or ``name:operator=hash``."""
    role = f":{OPERATOR}" if operator else ""
    return f"{name}{role}={hashlib.sha256(key.encode()).hexdigest()}"


def read_entries(text: str) -> tuple[ApiKey, ...]:
    """The keys of a comma-separated configuration; raises ValueError, never repeating it."""
    keys = tuple(_read(part.strip()) for part in text.split(",") if part.strip())
    if len({key.digest for key in keys}) < len(keys):
        raise ValueError("one key cannot be two services': name=hash, each hash once")
    return keys


def _read(entry: str) -> ApiKey:
    match = ENTRY.fullmatch(entry)
    if match is None or match[2] not in {None, OPERATOR}:
        raise ValueError("must be name=hash or name:operator=hash, as `keys new` prints them")
    return ApiKey(Service(match[1], operator=match[2] is not None), bytes.fromhex(match[3]))
