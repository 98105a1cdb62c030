"""Admit a doctor to a meeting in the role that is asked for, if the caller may."""

from dataclasses import dataclass

from application.rights import Rights
from domain.caller import Caller, TicketHolder
from domain.errors import DomainError, MeetingClosedError
from domain.meeting import Entry, Guest, KnownMeeting, MeetingId
from domain.ports.callers import LeaveTickets
from domain.ports.meetings import MeetingRepository
from domain.ports.video import GuestAdmitter


@dataclass(frozen=True, slots=True)
class JoinMeeting:
    """Safe to repeat: a doctor who is admitted already gets a fresh token and a fresh ticket."""

    rights: Rights
    meetings: MeetingRepository
    admitter: GuestAdmitter
    tickets: LeaveTickets

    async def __call__(self, caller: Caller, guest: Guest, meeting: MeetingId) -> Entry:
        """Raises ForbiddenError, HostNotAllowedError, MeetingClosedError, or UnknownMeetingError
        of the provider."""
        _refuse_closed(await self.rights.to_join(caller, guest, meeting))
        try:
            admission = await self.admitter.admit(guest, meeting)
        except DomainError:
            await self._not_closed(meeting)
            raise
        # It may have been closed meanwhile: then the token opens nothing.
        await self._not_closed(meeting)
        return Entry(admission, self.tickets.issue(TicketHolder(guest.id, meeting)))

    async def _not_closed(self, meeting: MeetingId) -> None:
        _refuse_closed(await self.meetings.find(meeting))


def _refuse_closed(meeting: KnownMeeting | None) -> None:
    if meeting is not None and meeting.closing is not None:
        raise MeetingClosedError("joined after the meeting was closed")
