"""A person is reported in or out of a meeting: tell the attendance service."""

from dataclasses import dataclass

from domain.ports import Attendance
from domain.referral import Presence


@dataclass(frozen=True, slots=True)
class ReportPresence:
    """Safe to repeat: the attendance service is told a state, not a change."""

    attendance: Attendance

    async def __call__(self, presence: Presence) -> None:
        await self.attendance.mark(presence)
