"""Does this process want traffic?"""

from dataclasses import dataclass

from domain.book import KnownMeetings
from domain.errors import DomainError

READY = "ready"


@dataclass(slots=True)
class Readiness:
    """``stopping`` is set once, when the process begins to stop."""

    meetings: KnownMeetings
    stopping: bool = False

    async def __call__(self) -> str:
        """``ready``, ``stopping``, or ``no-book`` when the durable book does not answer."""
        if self.stopping:
            return "stopping"
        try:
            await self.meetings.newest("")
        except DomainError:
            return "no-book"
        return READY
