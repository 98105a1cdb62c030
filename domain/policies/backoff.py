"""When to try again: exponential back-off with full jitter, without an end."""

from collections.abc import Callable

FIRST = 0.5
LONGEST = 20.0


def backoff(failures: int, random: Callable[[], float]) -> float:
    """Seconds to wait after that many failures in a row; ``random`` gives 0 to 1."""
    return random() * min(LONGEST, FIRST * 2.0 ** min(failures, 16))
