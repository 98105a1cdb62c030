"""temporary"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Allowance:
    """temporary"""

    per_minute: float
    now: Callable[[], float]
    _full: dict[str, float] = field(default_factory=dict)

    def take(self, caller: str) -> float:
        """temporary"""
        now = self.now()
        at = max(now, self._full.get(caller, 0.0))
        if at - now > 60 - 60 / self.per_minute + 1e-9:
            return at - now - (60 - 60 / self.per_minute)
        self._full[caller] = at + 60 / self.per_minute
        return 0.0
