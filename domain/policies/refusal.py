"""What refusals of one item come to, while the partner itself is well."""

from dataclasses import dataclass
from typing import Self

AGREED = 600.0
"""Seconds between the first and the last of the answers that must agree."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Of one item since its last success. ``since`` is when it was first said that the referral is
    not there, None when that was not what was said last.
    """

    count: int = 0
    since: float | None = None

    def declined(self) -> Self:
        """One more. A partner that declines something about a referral knows the referral."""
        return type(self)(self.count + 1)

    def not_there(self, now: float) -> Self:
        """One more, and it said that the referral is not there."""
        return type(self)(self.count + 1, now if self.since is None else self.since)

    def final(self, now: float, *, known: bool) -> bool:
        """Whether "not there" is believed now: at once of a referral that was never read."""
        return not known or (self.since is not None and now - self.since >= AGREED)


NO_REFUSALS = Refusals()
