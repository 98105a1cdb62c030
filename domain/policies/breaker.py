"""A circuit breaker: after some failures in a row, call the partner only now and then."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Opens after ``limit`` failures in a row, then allows one call each ``pause`` seconds."""

    now: Callable[[], float]
    limit: int = 5
    pause: float = 5.0
    failures: int = 0
    next_probe: float = 0.0

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
        self.failures = 0

    def failed(self) -> None:
        self.failures += 1
        if self.failures == self.limit:
            self.next_probe = self.now() + self.pause
