"""Calls wait for their turn, so that there are never more than a rate allows."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain.policies.rate import Rate


class NoTurnError(Exception):
    """The next turn comes later than the caller's patience allows; ``wait`` is in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"the next turn is {wait:.1f} s away")
        self.wait = wait


@dataclass(slots=True)
class Pace:
    """Gives turns in the order of the requests. A group of calls gets one turn, so it may exceed
    the rate by the calls after its first.
    """

    rate: Rate
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    _earned: float = 0.0

    async def turn(self, calls: int = 1, patience: float = math.inf) -> None:
        """Wait until so many calls may be made together.

        Raises NoTurnError, and counts nothing, when that is more than ``patience`` seconds away.
        """
        now = self.now()
        wait = self.rate.wait(self._earned, now)
        if wait > patience:
            raise NoTurnError(wait)
        self._earned = self.rate.take(self._earned, now, calls)
        await self.sleep(wait)

    def hold(self, seconds: float) -> None:
        """No turn is given for so many seconds, but to those who are waiting for theirs already."""
        burst = (self.rate.burst - 1) * self.rate.every
        self._earned = max(self._earned, self.now() + seconds + burst)
