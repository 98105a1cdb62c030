"""A circuit breaker: after some failures in a row, call the partner only now and then."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Breaker:
    """Opens after ``limit`` failures in a row, then allows one call each ``pause`` seconds."""

    now: Callable[[], float]
    limit: int = 5
    pause: float = 5.0
    failures: int = 0
    next_probe: float = 0.0
    rest: float = 20.0
    _back: bool = field(default=False, init=False)
    _next_back: float = field(default=-math.inf, init=False)

    @property
    def open(self) -> bool:
        return self.failures >= self.limit

    def allows(self) -> bool:
        """Whether a call may start now."""
        return not self.open or self.now() >= self.next_probe

    def trying(self) -> None:
        """A call starts. While open it is the probe; the next may start ``pause`` seconds later."""
        if self.open:
            self.next_probe = self.now() + self.pause

    def succeeded(self) -> None:
        if self.failures:
            self._back = True
        if self.open:
            self._next_back = -math.inf
        self.failures = 0

    def comes_back(self) -> bool:
        """Whether what waits because the partner failed may be tried now: True once after this
        closed, and after a success that followed failures at most each ``rest`` seconds."""
        if not self._back or self.now() < self._next_back:
            return False
        self._back, self._next_back = False, self.now() + self.rest
        return True

    def failed(self) -> None:
        self.failures += 1
        if self.failures == self.limit:
            self.next_probe = self.now() + self.pause
