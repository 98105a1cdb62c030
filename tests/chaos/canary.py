"""Words that must come out nowhere: keys, tokens, tickets, signatures and names."""

import base64
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


@dataclass
class Search:
    """``tickets`` are those that were given out; a part of each is enough to be found."""

    history: History
    tickets: set[str] = field(default_factory=set)

    def heard(self, status: int, what: str, told: bytes) -> None:
        """An answer to a caller. Whoever joins is told a token and the own name."""
        if what != "join" or status != 201:
            self.look(told, f"an answer {status} to {what}", EVERYWHERE)

    def look(self, words: bytes, where: str, canaries: dict[str, str]) -> None:
        text = words.decode(errors="replace")
        for what, canary in canaries.items():
            if canary in text:
                self.history.add("canary", what=what, where=where)
        for ticket in self.tickets if len(text) > 0 else ():
            if ticket.rpartition(".")[2] in text:
                self.history.add("canary", what="a leave ticket", where=where)
