"""The view Watch: a referral's calls, webhooks and what its partners were asked."""

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel

from adapters.sandbox.world import SandboxWorld
from application.operator_views import BothSides
from domain.errors import Partner
from domain.meeting import MeetingId
from domain.referral import Referral
from entrypoints.console.calls import CallShown
from entrypoints.operators.rows import DeliveryRow
from entrypoints.sandbox.noted import DeliveryState, LogEntry

MOST = 200
"""Entries of a twin's log and webhooks of one referral, the newest."""


class Kept(BaseModel):
    """Which of the lists are kept here: only a twin in this process keeps what it was asked."""

    provider: bool
    webhooks: bool
    attendance: bool


class DoctorShown(BaseModel):
    """A doctor of the referral."""

    userId: str  # noqa: N815
    role: Literal["requester", "specialist"]

    @classmethod
    def both(cls, referral: Referral | None) -> list[Self]:
        """None of a referral that is not known here."""
        doctors = referral.doctors if referral else ()
        return [
            cls(userId=doctor, role=role)
            for doctor, role in zip(doctors, ("requester", "specialist"), strict=False)
        ]


class WatchShown(BaseModel):
    """The five columns. The lists of twins and facts have the oldest first, ``deliveries`` the
    newest."""

    referralId: str  # noqa: N815
    doctors: list[DoctorShown]
    kept: Kept
    meetings: list[CallShown]
    provider: list[LogEntry]
    webhooks: list[DeliveryState]
    deliveries: list[DeliveryRow]
    attendance: list[LogEntry]


@dataclass(frozen=True, slots=True)
class WatchDocument:
    """``video`` and ``attendance`` say which twins run in this process."""

    world: SandboxWorld
    video: bool
    attendance: bool

    def of(self, found: BothSides) -> WatchShown:
        meetings = {call.meeting for call in found.calls}
        video, attendance = self.video, self.attendance
        return WatchShown(
            referralId=found.referral,
            doctors=DoctorShown.both(found.known),
            kept=Kept(provider=video, webhooks=video, attendance=attendance),
            meetings=[CallShown.of(call) for call in found.calls],
            provider=self._asked(Partner.VIDEO, found, meetings) if video else [],
            webhooks=self._sent(found, meetings) if video else [],
            deliveries=[DeliveryRow.of(entry) for entry in found.deliveries],
            attendance=self._asked(Partner.ATTENDANCE, found, meetings) if attendance else [],
        )

    def _asked(
        self, partner: Partner, found: BothSides, meetings: set[MeetingId]
    ) -> list[LogEntry]:
        entries = [
            entry
            for entry in self.world.log.entries
            if entry.partner is partner
            and (entry.about.referral == found.referral or entry.about.meeting in meetings)
        ]
        return [LogEntry.of(entry) for entry in entries[-MOST:]]

    def _sent(self, found: BothSides, meetings: set[MeetingId]) -> list[DeliveryState]:
        sent = [
            one
            for one in self.world.webhooks.deliveries
            if one.about.referral == found.referral or one.about.meeting in meetings
        ]
        return [DeliveryState.of(one) for one in sent[-MOST:]]
