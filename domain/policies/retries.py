"""How many calls may be under way at once for items that failed before."""

from dataclasses import dataclass


@dataclass(slots=True)
class Retries:
    """A few, so that items that hang do not fill what others need. Each success of such an item
    allows one more, up to ``most``, so that an outage is made up for quickly; a failure ends that.
    """

    few: int = 2
    most: int = 32
    allowed: int = 2
    under_way: int = 0

    def take(self) -> bool:
        """Whether one more may begin; then it is under way until ``done``."""
        if self.under_way >= self.allowed:
            return False
        self.under_way += 1
        return True

    def done(self, *, well: bool) -> None:
        self.under_way -= 1
        self.allowed = min(self.most, self.allowed + 1) if well else self.few
