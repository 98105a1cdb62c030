"""Words that must come out nowhere: keys, tokens, tickets, signatures and names."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from entrypoints.sandbox.provider import DYTE_TOKEN
from tests.chaos.caller import METRICS_KEY, OPERATOR_KEY, SERVICE_KEY
from tests.chaos.consultations import NAME
from tests.chaos.history import History

JOIN_TOKEN = "sandbox-token-"
ATTENDANCE_TOKEN = "canary-attendance-token"
SECRETS = {
    "the service's key": SERVICE_KEY,
    "the operator's key": OPERATOR_KEY,
    "the metrics' key": METRICS_KEY,
    "the provider's key": DYTE_TOKEN,
    "the provider's key, decoded": base64.b64decode(DYTE_TOKEN).decode().partition(":")[2],
    "the attendance service's token": ATTENDANCE_TOKEN,
    "a join token": JOIN_TOKEN,
}
EVERYWHERE = {**SECRETS, "a person's name": NAME}
"""Not in the database: a webhook's body is kept there, with names, until it is pruned."""


ALLOWED = ("a join token", "a person's name")
"""What the answer to joining may hold: it gives the guest a token and the guest's name."""
TO_A_GUEST = {what: canary for what, canary in EVERYWHERE.items() if what not in ALLOWED}
PART = 20
"""Characters of a secret that are enough to be found."""
RUN = re.compile(rb"[\w-]{%d,}" % PART)


@dataclass
class Search:
    """Looks for those words, and from when they are given out for leave tickets and for webhooks'
    signatures."""

    history: History
    secrets: dict[bytes, str] = field(default_factory=dict)
    """What each is, by a part of it."""

    def heard(self, status: int | None, what: str, told: bytes, secrets: Mapping[str, str]) -> None:
        """Anything that a caller was told. Only the answer to a joining may hold its ticket."""
        where = f"an answer {status} to {what}"
        if what == "join" and status == 201:
            self.look(told, where, TO_A_GUEST)
            self._keep(secrets)
        else:
            self._keep(secrets)
            self.look(told, where, EVERYWHERE)

    def look(self, words: bytes, where: str, canaries: Mapping[str, str]) -> None:
        found = {what for what, canary in canaries.items() if canary.encode() in words}
        for run in RUN.finditer(words):
            long = run[0]
            parts = (long[at : at + PART] for at in range(len(long) - PART + 1))
            found |= {self.secrets[part] for part in parts if part in self.secrets}
        for what in sorted(found):
            self.history.add("canary", what=what, where=where)

    def _keep(self, secrets: Mapping[str, str]) -> None:
        """Of a ticket what signs it; of a signature its longest word. A forger's may be too short
        to be known again."""
        for what, secret in secrets.items():
            words = RUN.findall(secret.rpartition(".")[2].encode())
            if words:
                self.secrets[max(words, key=len)[:PART]] = what
