"""Pseudonyms of people and referrals for the audit log."""

import hashlib
import hmac
from dataclasses import dataclass, field

LENGTH = 16  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class KeyedPseudonyms:
    """A keyed hash: HMAC-SHA256, cut to 64 bits. Without the stored secret not even a list of all
    ids leads to the id. ``videochamadas privacy pseudonym`` computes it for operators.
    """

    secret: bytes = field(repr=False)

    def of(self, identifier: str) -> str:
        return hmac.digest(self.secret, identifier.encode(), hashlib.sha256).hex()[:LENGTH]
