"""Admit a doctor to a meeting in the role that is asked for, if the caller may."""

from dataclasses import dataclass

from application.rights import Rights
from domain.caller import Caller, TicketHolder
from domain.meeting import Entry, Guest, MeetingId
from domain.ports.callers import LeaveTickets
from domain.ports.video import GuestAdmitter


@dataclass(frozen=True, slots=True)
class JoinMeeting:
    """Safe to repeat: a doctor who is admitted already gets a fresh token and a fresh ticket."""

    rights: Rights
    admitter: GuestAdmitter
    tickets: LeaveTickets

    async def __call__(self, caller: Caller, guest: Guest, meeting: MeetingId) -> Entry:
        """Raises ForbiddenError, HostNotAllowedError, or UnknownMeetingError of the provider."""
        await self.rights.to_join(caller, guest, meeting)
        admission = await self.admitter.admit(guest, meeting)
        return Entry(admission, self.tickets.issue(TicketHolder(guest.id, meeting)))
