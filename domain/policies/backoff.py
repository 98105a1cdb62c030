"""When to try again: exponential back-off with full jitter, without a last try."""

from collections.abc import Callable

FIRST = 0.5  # seconds
LONGEST = 20.0  # seconds


def backoff(failures: int, random: Callable[[], float]) -> float:
    """Seconds to wait after that many failures in a row; ``random`` gives 0 to 1."""
    return random() * min(LONGEST, FIRST * 2.0 ** min(failures, 16))
