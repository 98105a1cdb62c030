"""So many a minute at most, as arithmetic on one number (the generic cell rate algorithm, GCRA).

The number is when everything that was taken so far will have been earned, in seconds of any clock
that only rises; who never took anything has 0.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """One each ``every`` seconds, and up to ``burst`` at once after a pause.

    Within ``w`` seconds, both ends counted, there are at most ``burst + w / every``: after the
    burst each one waits until it is earned.
    """

    every: float
    burst: float = 1.0

    @classmethod
    def bounded(cls, per_minute: float) -> "Rate":
        """Never more than ``per_minute`` within any minute, one more if both ends are counted.

        The burst is a second's worth, and what it may add is taken off the steady rate.
        """
        burst = max(1.0, per_minute / 60)
        return cls(60 / (per_minute - burst + 1), burst)

    def wait(self, earned: float, now: float) -> float:
        """Seconds until the next may be taken; 0.0 is now."""
        return max(0.0, earned - (self.burst - 1) * self.every - now)

    def take(self, earned: float, now: float, count: int = 1) -> float:
        """The number after ``count`` were taken, together, as soon as one may be."""
        return max(earned, now) + count * self.every
