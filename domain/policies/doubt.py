"""Updates whose outcome is not known: they may take effect later than the one that follows them.

An absolute state is told, so telling it once more is harmless. Times are seconds since the epoch.
"""

AGAIN = 60.0
"""Seconds after a success within which an earlier update may still take effect."""
UNTOLD = 0.0
"""In doubt, and nothing was told since."""


def in_doubt(again: float | None, now: float) -> bool:
    """Whether what was told last may not be what is shown, so that it has to be told now."""
    return again is not None and again <= now


def told_now(again: float | None, now: float) -> float | None:
    """After a success: when it has to be told once more; None when nothing is in doubt."""
    if again is None:
        return None
    if again == UNTOLD:
        return now + AGAIN
    return again if again > now else None
