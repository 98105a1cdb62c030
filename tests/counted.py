"""The partners' twins, counting how often they are asked for anything."""

from dataclasses import dataclass

from adapters.sandbox.attendance import SandboxAttendance
from adapters.sandbox.rooms import SandboxRooms
from adapters.system import new_id, utc_now
from domain.meeting import Admission, Guest, Inside, Meeting, MeetingId
from domain.presence import Seat
from domain.referral import Referral, ReferralId


@dataclass
class Counted:
    """How often a partner was asked for anything."""

    calls: int = 0


class CountedRooms(SandboxRooms):
    """The twin, counting."""

    def __init__(self, counted: Counted) -> None:
        super().__init__(utc_now, new_id)
        self.counted = counted

    async def open(self, title: str) -> Meeting:
        self.counted.calls += 1
        return await SandboxRooms.open(self, title)

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        self.counted.calls += 1
        return await SandboxRooms.admit(self, guest, meeting)

    async def active_session(self, meeting: MeetingId) -> str | None:
        self.counted.calls += 1
        return await SandboxRooms.active_session(self, meeting)

    async def inside(self, meeting: MeetingId) -> Inside | None:
        self.counted.calls += 1
        return await SandboxRooms.inside(self, meeting)

    async def close(self, meeting: MeetingId) -> None:
        self.counted.calls += 1
        await SandboxRooms.close(self, meeting)


class CountedAttendance(SandboxAttendance):
    """The twin, counting."""

    def __init__(self, counted: Counted) -> None:
        super().__init__()
        self.counted = counted

    async def referral(self, referral: ReferralId) -> Referral:
        self.counted.calls += 1
        return await SandboxAttendance.referral(self, referral)

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        self.counted.calls += 1
        await SandboxAttendance.set_in_meeting(self, seat, in_meeting=in_meeting)
