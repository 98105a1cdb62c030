"""When to try again: exponential back-off with full jitter, without an end."""

from collections.abc import Callable

FIRST = 0.5
LONGEST = 20.0
LONGEST_FOR_ITEM = 600.0
"""For one item that the partner refuses, while the partner itself is well."""


def backoff(failures: int, random: Callable[[], float], longest: float = LONGEST) -> float:
    """Seconds to wait after that many failures in a row; ``random`` gives 0 to 1."""
    return random() * min(longest, FIRST * 2.0 ** min(failures, 16))
