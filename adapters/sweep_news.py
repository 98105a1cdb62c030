"""What the sweep found out: a line for each correction, and whether webhooks still come."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from adapters.metrics import Metrics
from domain.ports.callers import Pseudonyms
from domain.presence import Seat

MANY = 2
"""Connections of which no webhook told: one may be lost, and the provider goes on sending."""
SILENT = 60.0
"""Seconds from the first of them in which no webhook came."""

log = structlog.get_logger()


@dataclass(slots=True)
class LoggedSweepNews:
    """Ids are shown as the audit log has them. ``newest`` is the number of the webhook that was
    stored last, by whichever instance; ``now`` only rises (seconds)."""

    metrics: Metrics
    pseudonyms: Pseudonyms
    newest: Callable[[], Awaitable[int]]
    now: Callable[[], float]
    _last: int | None = None
    _found: int = 0
    _since: float = 0.0
    _stopped_at: float | None = None

    def corrected(self, seat: Seat, *, into: bool) -> None:
        missing = "joined" if into else "left"
        self.metrics.corrections.count(missing)
        log.warning(
            "sweep.corrected",
            missing=missing,
            who=f"doctor:{self.pseudonyms.of(seat.person)}",
            what=f"presence/{self.pseudonyms.of(seat.referral)}",
        )

    def not_heard_of(self, connections: int) -> None:
        if connections:
            self._since = self._since if self._found else self.now()
            self._found += connections

    async def look(self) -> None:
        """Say once that webhooks stopped while meetings are live, and once that they are back."""
        newest = await self.newest()
        if newest != self._last:
            self._last, self._found = newest, 0
            if self._stopped_at is not None:
                log.warning("webhooks.back", after_s=round(self.now() - self._stopped_at, 1))
                self._stopped_at = None
        elif self._stopped_at is None and self._found >= MANY and self._silence >= SILENT:
            log.error("webhooks.stopped", connections=self._found)
            self._stopped_at = self.now()
        self.metrics.webhooks_stopped.set(self._stopped_at is not None)

    @property
    def webhooks_stopped(self) -> bool:
        """From ``webhooks.stopped`` to ``webhooks.back``."""
        return self._stopped_at is not None

    @property
    def _silence(self) -> float:
        return self.now() - self._since
