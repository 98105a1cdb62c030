"""What time it is at a partner: as its newest answer says, else by our own clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from adapters.system import epoch


@dataclass(slots=True)
class PartnerClock:
    """``now`` is our own clock, in seconds since the epoch."""

    now: Callable[[], float] = epoch
    ahead: float | None = None
    """Seconds that the partner's clock was ahead of ours at its newest answer, to the second; None
    when that did not say. The way of the answer is counted in."""
    _told: float | None = None

    def hear(self, headers: Mapping[str, str]) -> None:
        """An answer came; its ``Date`` is in whole seconds (RFC 9110)."""
        try:
            told = parsedate_to_datetime(headers.get("Date", ""))
            self._told = (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
            self.ahead = self._told - self.now()
        except (ValueError, OverflowError):
            self._told = self.ahead = None

    def at_newest_answer(self) -> float:
        """Seconds since the epoch when the newest answer was sent."""
        return self.now() if self._told is None else self._told
