"""A circuit breaker: while a partner fails, call it only now and then.

Failures of some items are not the partner's: the breaker counts different items, and only failures
of calls that began after the last success.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

REMEMBERED = 10_000  # items


@dataclass(slots=True)
class Breaker:
    """Opens when ``limit`` different items failed anew with no success between; then allows one
    call each ``pause`` seconds, until one succeeds.

    ``failing`` are the items whose last call failed, at most 10,000 of them.
    """

    now: Callable[[], float]
    limit: int = 10
    pause: float = 5.0
    next_probe: float = 0.0
    rest: float = 20.0
    failing: dict[str, None] = field(default_factory=dict)
    _news: int = field(default=0, init=False)
    _successes: int = field(default=0, init=False)
    _back: bool = field(default=False, init=False)
    _next_back: float = field(default=-math.inf, init=False)

    @property
    def open(self) -> bool:
        return self._news >= self.limit

    def allows(self) -> bool:
        """Whether a call may start now."""
        return not self.open or self.now() >= self.next_probe

    def trying(self) -> int:
        """A call starts. While open it is the probe; the next may start ``pause`` seconds later.
        What is returned says when, to ``failed``."""
        if self.open:
            self.next_probe = self.now() + self.pause
        return self._successes

    def succeeded(self, item: str) -> None:
        if self.failing:
            self._back = True
        if self.open:
            self._next_back = -math.inf
        self.failing.pop(item, None)
        self._successes += 1
        self._news = 0

    def comes_back(self) -> bool:
        """Whether what waits because the partner failed may be tried now: after this closed, and
        after a success that followed failures at most each ``rest`` seconds."""
        return self._back and self.now() >= self._next_back

    def came_back(self) -> None:
        """What waited is due now."""
        self._back, self._next_back = False, self.now() + self.rest

    def failed(self, item: str, began: int) -> None:
        """An item that failed before is no news, nor is a call that hung while others succeeded."""
        if item not in self.failing and began == self._successes:
            self._news += 1
            if self._news == self.limit:
                self.next_probe = self.now() + self.pause
        self.failing[item] = None
        if len(self.failing) > REMEMBERED:
            del self.failing[next(iter(self.failing))]
