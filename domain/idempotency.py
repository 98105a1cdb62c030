"""Starting once: the key that recognises a repeated start, and the claim on it."""

import hashlib
import math
from dataclasses import dataclass
from typing import Self

KEPT = 86_400.0
"""Seconds that the record of a caller's key holds after the key first came."""


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """Two starts with the same key are the same start. ``fingerprint`` is the first call's; a later
    call with another one is refused."""

    key: str
    fingerprint: str = ""
    kept: float = KEPT

    @classmethod
    def by_caller(cls, caller: str, key: str, body: bytes) -> Self:
        """The key that a caller chose, for exactly this body; callers do not share keys.

        The caller's name is hashed because it may be a person's id.
        """
        own = hashlib.sha256(f"{caller}\n{key}".encode()).hexdigest()
        return cls(f"key:{own}", hashlib.sha256(body).hexdigest())

    @classmethod
    def by_referral(cls, title: str) -> Self:
        """The referral itself is the key, until its meeting is not to be used again."""
        return cls(f"referral:{title}", kept=math.inf)


@dataclass(frozen=True, slots=True)
class StartClaim:
    """A start that is ours until its lease ends. ``holder`` names this claim and no other.

    ``since`` is when the key first came. ``taken_over`` when an earlier claim was not completed, so
    a meeting may have been opened already.
    """

    key: str
    holder: str
    since: float
    taken_over: bool
