"""Whether this process wants traffic."""

from dataclasses import dataclass

from domain.errors import DomainError
from domain.ports.meetings import MeetingRepository

READY = "ready"


@dataclass(slots=True)
class Readiness:
    """``stopping`` is set once, when the process begins to stop."""

    meetings: MeetingRepository
    stopping: bool = False

    async def __call__(self) -> str:
        """``ready``, ``stopping``, or ``no-storage`` when storage does not answer."""
        if self.stopping:
            return "stopping"
        try:
            await self.meetings.find_newest("")
        except DomainError:
            return "no-storage"
        return READY
