"""Pseudonyms of people and referrals for the audit log."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.kept_secrets import KeptSecrets

LENGTH = 16  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class KeyedPseudonyms:
    """A keyed hash: HMAC-SHA256, cut to 64 bits. Without the stored secret not even a list of all
    ids leads to the id. ``videochamadas privacy pseudonym`` computes it for operators.
    """

    secrets: KeptSecrets = field(repr=False)

    def of(self, identifier: str) -> str:
        return _keyed(self.secrets.used, identifier)

    def lasting(self, identifier: str) -> str:
        return _keyed(self.secrets.first, identifier)

    def all_of(self, identifier: str) -> Sequence[str]:
        return [_keyed(secret, identifier) for secret in self.secrets.all]


def _keyed(secret: bytes, identifier: str) -> str:
    return hmac.digest(secret, identifier.encode(), hashlib.sha256).hex()[:LENGTH]
