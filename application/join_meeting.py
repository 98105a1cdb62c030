"""Admit a doctor to a meeting with the role asked for."""

from dataclasses import dataclass

from domain.meeting import Admission, Guest, MeetingId
from domain.ports import VideoRooms


@dataclass(frozen=True, slots=True)
class JoinMeeting:
    """Safe to repeat: who is admitted already gets a fresh token."""

    rooms: VideoRooms

    async def __call__(self, guest: Guest, meeting: MeetingId) -> Admission:
        return await self.rooms.admit(guest, meeting)
