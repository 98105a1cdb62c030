"""So many calls a second at most, with time handed in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """Calls that are made together are counted together, so within any one second a group may run
    over by what it has beyond its share. ``now`` and ``sleep`` are in seconds.
    """

    per_second: float
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    _free: float = 0.0

    async def turn(self, calls: int) -> None:
        """Wait until so many calls may be made together."""
        begin = max(self.now(), self._free)
        self._free = begin + calls / self.per_second
        await self.sleep(begin - self.now())
