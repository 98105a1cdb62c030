"""When to try again: exponential back-off with full jitter, without a last try."""

from collections.abc import Callable

FIRST = 0.5  # seconds
LONGEST = 20.0  # seconds
LONGEST_FOR_ITEM = 600.0  # seconds
"""For one item that the partner refuses, while the partner itself is well."""


def backoff(failures: int, random: Callable[[], float], longest: float = LONGEST) -> float:
    """Seconds to wait after that many failures in a row; ``random`` gives 0 to 1."""
    return random() * min(longest, FIRST * 2.0 ** min(failures, 16))
