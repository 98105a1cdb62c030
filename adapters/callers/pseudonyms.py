"""People as the audit log names them: always the same one, and nobody is told who it is."""

import hashlib
import hmac
from dataclasses import dataclass, field

from domain.meeting import PersonId

LENGTH = 16


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """A keyed hash (HMAC-SHA256, cut to 64 bits): without the book's secret no list of ids, however
    complete, tells whose it is. ``videochamadas privacy pseudonym`` computes it for operators.
    """

    secret: bytes = field(repr=False)

    def of(self, person: PersonId) -> str:
        return hmac.digest(self.secret, person.encode(), hashlib.sha256).hex()[:LENGTH]
