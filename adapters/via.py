"""How this installation recognises a request of its own (``Via``, RFC 9110, 7.6.3)."""

import hashlib
import hmac
from collections.abc import Iterable

LABEL = b"\0via"
"""No person's or referral's id, so that the mark is the pseudonym of none."""


def loop_mark(secret: bytes) -> str:
    """The name in ``Via`` of all instances that share a stored secret. No other has it."""
    return f"videochamadas-{hmac.digest(secret, LABEL, hashlib.sha256).hex()[:32]}"


def via(mark: str) -> str:
    """The value of the ``Via`` header on every request that this installation sends."""
    return f"1.1 {mark}"


def passed_through(mark: str, values: Iterable[str]) -> bool:
    """Whether ``mark`` stands in one of the ``Via`` values. Each entry of a value is ``protocol
    received-by``, and perhaps a comment."""
    entries = (entry.split() for value in values for entry in value.split(","))
    return any(len(entry) > 1 and entry[1] == mark for entry in entries)
