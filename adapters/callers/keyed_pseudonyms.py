"""People and referrals as the audit log names them: always the same, and nobody is told whose."""

import hashlib
import hmac
from dataclasses import dataclass, field

LENGTH = 16


@dataclass(frozen=True, slots=True)
class KeyedPseudonyms:
    """A keyed hash (HMAC-SHA256, cut to 64 bits): without the stored secret no list of ids, however
    complete, tells whose it is. ``videochamadas privacy pseudonym`` computes it for operators.
    """

    secret: bytes = field(repr=False)

    def of(self, identifier: str) -> str:
        return hmac.digest(self.secret, identifier.encode(), hashlib.sha256).hex()[:LENGTH]
