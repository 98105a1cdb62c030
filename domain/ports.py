"""What the use cases ask of the outside world, in their own words.

Any call to a partner may raise a ``PartnerError``; its kind says whether later may help.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from domain.caller import Caller, TicketHolder
from domain.meeting import Admission, Guest, Inside, Meeting, MeetingId
from domain.referral import Presence, Referral, ReferralId
from domain.session import SessionEvent


class Openings(Protocol):
    """Where meetings are opened."""

    async def open(self, title: str) -> Meeting:
        """Open a meeting; a call to a partner is never retried, so it never opens two."""
        ...

    async def opened_since(self, title: str, since: float) -> Sequence[Meeting]:
        """The meetings of exactly that title that were opened since then, oldest first.

        ``since`` is in seconds since the epoch, by the partner's clock.
        """
        ...


class VideoRooms(Openings, Protocol):
    """Where meetings take place; each opening is a new one."""

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        """Let a guest in. A guest who was admitted before gets a fresh token, and the preset,
        name and picture asked for now.

        Raises UnknownMeetingError.
        """
        ...

    async def active_session(self, meeting: MeetingId) -> str | None:
        """The session that is on in a meeting now; None when there is none."""
        ...

    async def inside(self, meeting: MeetingId) -> Inside | None:
        """Who is in the session that is on now; None when there is none."""
        ...


class Attendance(Protocol):
    """The service that knows referrals and shows who is in a meeting."""

    async def referral(self, referral: ReferralId) -> Referral:
        """Raises UnknownReferralError."""
        ...

    async def mark(self, presence: Presence) -> None:
        """Set one person's ``inMeeting``. Absolute, so that repeating it is harmless.

        Raises UnknownReferralError.
        """
        ...


Roster = Callable[[ReferralId], Awaitable[Referral | None]]
"""A referral's doctors as they were known lately; None when there is no such referral.

Raises PartnerUnavailableError when nothing is known and the attendance service does not say."""


class Callers(Protocol):
    """Who calls."""

    async def identify(self, credential: str | None) -> Caller:
        """From the credential that a caller presents; None when it presents none.

        Raises UnauthenticatedError, InvalidCredentialsError, or the PartnerError of an identity
        provider whose keys are not to be had.
        """
        ...


class LeaveTickets(Protocol):
    """Tickets for those who cannot say who they are when they leave: pages that close."""

    def issue(self, holder: TicketHolder) -> str:
        """A ticket for exactly that leaving, good for twelve hours."""
        ...

    def holder(self, ticket: str) -> TicketHolder:
        """Raises InvalidTicketError."""
        ...


ReadEvent = Callable[[bytes], SessionEvent]
"""A webhook's body as an event; raises MalformedEventError."""
