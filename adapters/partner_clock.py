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
    _told: float | None = None

    def hear(self, headers: Mapping[str, str]) -> None:
        """An answer came; its ``Date`` is in whole seconds (RFC 9110)."""
        try:
            told = parsedate_to_datetime(headers.get("Date", ""))
            self._told = (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            self._told = None

    def at_newest_answer(self) -> float:
        """Seconds since the epoch when the newest answer was sent."""
        return self.now() if self._told is None else self._told
