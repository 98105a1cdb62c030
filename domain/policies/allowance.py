"""The limit on each caller's calls per minute; after a pause all may come at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import nsmallest

from domain.policies.rate import Rate

REMEMBERED = 10_000  # callers


@dataclass(slots=True)
class Allowance:
    """Holds at most 10,000 callers; when full it evicts the tenth that is furthest from its limit.

    ``now`` is in seconds and only rises.
    """

    per_minute: int
    now: Callable[[], float]
    _earned: dict[str, float] = field(default_factory=dict)

    def take(self, caller: str) -> float:
        """Count a call and return 0.0, or return the seconds to wait and count nothing."""
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
