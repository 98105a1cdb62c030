"""Stored webhooks, updates and seats as operators see them.

Times are seconds since the epoch (UTC).
"""

from dataclasses import dataclass

from domain.delivery import State
from domain.meeting import MeetingId
from domain.presence import Seat
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A webhook. ``body`` is None in lists and once it was pruned."""

    id: int
    event: str
    state: State
    outcome: str | None
    why: str | None
    referral: ReferralId | None
    meeting: MeetingId | None
    received: float
    due: float | None
    attempts: int
    failures: int
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class UpdateView:
    """An update that the attendance service has not taken; refused when ``due`` is None."""

    seat: Seat
    due: float | None
    attempts: int
    failures: int
    why: str | None


@dataclass(frozen=True, slots=True)
class ClosingView:
    """A meeting that the provider has not closed yet."""

    referral: ReferralId
    meeting: MeetingId
    due: float
    attempts: int
    failures: int
    why: str | None


@dataclass(frozen=True, slots=True)
class SeatHistory:
    """A seat and what the attendance service was told of it last, and when."""

    seat: Seat
    shown: bool | None
    told: float | None
    told_seq: int
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
