"""Whether storage can be written, and a line in the log at each change."""

import time
from collections.abc import Callable

import structlog

NEWS = 1.0
"""Seconds for which the newest outcome is believed."""

log = structlog.get_logger()


class Availability:
    """``why`` says what is wrong; None while storage can be used."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.why: str | None = None
        self._now = now
        self._since = 0.0
        self._newest = -NEWS

    @property
    def is_news(self) -> bool:
        """Whether an outcome of less than ``NEWS`` seconds ago says so."""
        return self._now() - self._newest < NEWS

    def failed(self, why: str) -> None:
        """Nothing can be written now. ``why`` is logged, so it holds no values."""
        self._newest = self._now()
        if self.why is None:
            self._since = self._newest
            log.error("storage.unavailable", why=why)
        self.why = why

    def worked(self) -> None:
        """Something was written."""
        self._newest = self._now()
        if self.why is not None:
            self.why = None
            log.warning("storage.back", after_s=round(self._newest - self._since, 1))
