"""How often each caller may ask: so many a minute, and all of them at once after a pause."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import nsmallest

from domain.policies.rate import Rate

REMEMBERED = 10_000


@dataclass(slots=True)
class Allowance:
    """At most ``REMEMBERED`` callers are remembered. A tenth is forgotten when there are more:
    those who have the least left to wait for, so that a flood of strangers forgives nobody who is
    at the limit while one remembered caller in ten is not. Of equals it is who came first.

    ``now`` is in seconds and only rises.
    """

    per_minute: int
    now: Callable[[], float]
    _earned: dict[str, float] = field(default_factory=dict)

    def take(self, caller: str) -> float:
        """0.0: it may, and this is counted. Else the seconds until it may; nothing is counted."""
        rate = Rate(60 / self.per_minute, self.per_minute)
        now, earned = self.now(), self._earned.pop(caller, 0.0)
        wait = rate.wait(earned, now)
        if not wait:
            earned = rate.take(earned, now)
            self._make_room()
        self._earned[caller] = earned
        return wait

    def _make_room(self) -> None:
        if len(self._earned) >= REMEMBERED:
            for caller in nsmallest(REMEMBERED // 10, self._earned, key=self._earned.__getitem__):
                del self._earned[caller]
