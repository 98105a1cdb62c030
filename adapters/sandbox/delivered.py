"""What became of one webhook on its way to one receiver."""

from dataclasses import dataclass, field
from enum import StrEnum

from adapters.sandbox.events import About


class Met(StrEnum):
    """What was done to a webhook on its way. A lost one was never sent; of a doubled one this is
    the copy."""

    LOST = "lost"
    DOUBLED = "doubled"
    LATE = "late"
    REORDERED = "reordered"
    FORGED = "forged"


@dataclass(slots=True)
class Attempt:
    """One sending: the HTTP status, None for no answer, and what the receiver said it came to.
    Times are texts as the provider writes them."""

    at: str
    status: int | None = None
    outcome: str | None = None
    answered_at: str | None = None


@dataclass(slots=True)
class Delivered:
    """An event for one registration, from when it happened: every attempt to send it, and the
    faults that it met."""

    id: int
    at: str
    event: str
    about: About
    url: str
    uuid: str
    attempts: list[Attempt] = field(default_factory=list)
    met: list[Met] = field(default_factory=list)

    @property
    def statuses(self) -> list[int | None]:
        """Of the attempts that are over."""
        return [attempt.status for attempt in self.attempts if attempt.answered_at is not None]
