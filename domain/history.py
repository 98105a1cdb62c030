"""The port of whoever asks why somebody is shown in a meeting.

Times are seconds since the epoch (UTC). Any call may raise BookUnavailableError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.facts import Seat
from domain.meeting import MeetingId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class SeatHistory:
    """A seat and what the attendance service was told of it last, and when."""

    seat: Seat
    shown: bool | None
    pushed: float | None
    pushed_seq: int
    due: float | None
    why: str | None

    @property
    def waiting(self) -> str | None:
        """Why it has not been told the newest; None when there is nothing to tell."""
        return None if self.due is None else self.why or "due"

    @property
    def refused(self) -> str | None:
        """Why it will never be told."""
        return None if self.due is not None else self.why or None


class PresenceHistory(Protocol):
    """Why somebody is shown in a meeting."""

    async def meetings(self, referral: ReferralId) -> Sequence[MeetingId]:
        """Those that facts are known of, in the order they began."""
        ...

    async def seats(self, referral: ReferralId, meeting: MeetingId) -> Sequence[SeatHistory]:
        """Everybody whose flag is kept there."""
        ...
