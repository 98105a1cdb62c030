"""What time it is at a partner: as its newest answer says, else by our own clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from adapters.system import epoch


@dataclass(slots=True)
class PartnerClock:
    """``now`` is our own clock, in seconds since the epoch. A ``Date`` is read when somebody
    asks for it, since few do."""

    now: Callable[[], float] = epoch
    _date: str = ""
    _came: float = 0.0

    def hear(self, headers: Mapping[str, str]) -> None:
        """An answer came; its ``Date`` is in whole seconds (RFC 9110)."""
        self._date, self._came = headers.get("Date", ""), self.now()

    @property
    def ahead(self) -> float | None:
        """Seconds that the partner's clock was ahead of ours at its newest answer, to the second;
        None when that did not say. The way of the answer is counted in."""
        told = self._told()
        return None if told is None else told - self._came

    def at_newest_answer(self) -> float:
        """Seconds since the epoch when the newest answer was sent."""
        told = self._told()
        return self.now() if told is None else told

    def _told(self) -> float | None:
        try:
            told = parsedate_to_datetime(self._date)
            return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return None
