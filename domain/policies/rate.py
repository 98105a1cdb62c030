"""A rate limit as arithmetic on one number (the generic cell rate algorithm, GCRA).

The number, ``earned``, is the time at which all calls taken so far will have been earned, in
seconds of any clock that only rises; it starts at 0.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """One call each ``every`` seconds, and up to ``burst`` at once after a pause.

    Within ``w`` seconds, both ends included, there are at most ``burst + w / every`` calls.
    """

    every: float
    burst: float = 1.0

    @classmethod
    def bounded(cls, per_minute: float) -> "Rate":
        """At most ``per_minute`` calls within any minute; one more if both ends are included.

        The burst is one second's calls; the steady rate is lower by as many.
        """
        burst = max(1.0, per_minute / 60)
        return cls(60 / (per_minute - burst + 1), burst)

    def wait(self, earned: float, now: float) -> float:
        """Seconds until the next call may be taken; 0.0 is now."""
        return max(0.0, earned - (self.burst - 1) * self.every - now)

    def take(self, earned: float, now: float, count: int = 1) -> float:
        """The new ``earned`` after ``count`` calls were taken together."""
        return max(earned, now) + count * self.every
