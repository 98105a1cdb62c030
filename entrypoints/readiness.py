"""Whether this process wants traffic."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.errors import DomainError

READY = "ready"


@dataclass(slots=True)
class Readiness:
    """``check`` raises StorageUnavailableError when storage cannot be written. ``stopping`` is set
    once, when the process begins to stop."""

    check: Callable[[], Awaitable[None]]
    stopping: bool = False

    async def __call__(self) -> str:
        """``ready``, ``stopping``, or ``no-storage`` when nothing can be stored."""
        if self.stopping:
            return "stopping"
        try:
            await self.check()
        except DomainError:
            return "no-storage"
        return READY
