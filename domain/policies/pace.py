"""Calls wait for their turn, so that there are never more than a rate allows; time is handed in."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.policies.rate import Rate


class NoTurnError(Exception):
    """The turn would come later than the caller has patience; ``wait`` is when, in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"the next turn is {wait:.1f} s away")
        self.wait = wait


@dataclass(slots=True)
class Pace:
    """Turns in the order in which they were asked for. Calls that are made together are counted
    together, so a group may run ahead of the rate by what it has beyond its first call.
    """

    rate: Rate
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    _earned: float = 0.0

    async def turn(self, calls: int = 1, patience: float = math.inf) -> None:
        """Wait until so many calls may be made together.

        Raises NoTurnError at once when that is more than ``patience`` seconds away; nothing is
        counted then.
        """
        now = self.now()
        wait = self.rate.wait(self._earned, now)
        if wait > patience:
            raise NoTurnError(wait)
        self._earned = self.rate.take(self._earned, now, calls)
        await self.sleep(wait)
