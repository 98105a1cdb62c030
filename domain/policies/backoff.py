"""When to try again: exponential back-off with full jitter, without a last try."""

from collections.abc import Callable

from domain.errors import DomainError
from domain.policies.refusal import Refusals

FIRST = 0.5  # seconds
LONGEST = 20.0  # seconds
LONGEST_FOR_ITEM = 600.0  # seconds
"""For one item that the partner refuses, while the partner itself is well."""
LONGEST_ADVICE = 60.0  # seconds


def backoff(failures: int, random: Callable[[], float], longest: float = LONGEST) -> float:
    """Seconds to wait after that many failures in a row; ``random`` gives 0 to 1."""
    return random() * min(longest, FIRST * 2.0 ** min(failures, 16))


def wait_before_retry(
    failures: int,
    refusals: Refusals | None,
    random: Callable[[], float],
    at_least: float = 0.0,
) -> float:
    """Seconds to wait after one more failure, or, with ``refusals``, after one more refusal of this
    item, which then waits at its own pace. ``failures`` came before in a row."""
    if refusals is None:
        return max(at_least, backoff(failures, random))
    return max(at_least, backoff(refusals.count - 1, random, LONGEST_FOR_ITEM))


def advised_wait(error: DomainError) -> float:
    """The seconds that a partner asked us to wait, 0 when it did not. At most a minute is believed:
    one answer says little about when the partner is back."""
    return min(float(error.retry_after or 0), LONGEST_ADVICE)
