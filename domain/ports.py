"""What the use cases ask of the outside world, in their own words.

Any call to a partner may raise a ``PartnerError``; its kind says whether later may help.
"""

from typing import Protocol

from domain.meeting import Admission, Guest, Meeting, MeetingId
from domain.referral import Presence, Referral, ReferralId


class VideoRooms(Protocol):
    """Where meetings take place."""

    async def open(self, title: str) -> Meeting:
        """Open a new meeting at each call; it is never retried, so it never opens two."""
        ...

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        """Let a guest in. A guest who was admitted before gets a fresh token, and the preset,
        name and picture asked for now.

        Raises UnknownMeetingError.
        """
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


class KnownMeetings(Protocol):
    """The meetings that we opened, for events that do not say which meeting they are about."""

    async def remember(self, meeting: MeetingId, title: str) -> None:
        """Note a meeting under its title; the one noted last is the newest."""
        ...

    async def newest(self, title: str) -> MeetingId | None:
        """The newest meeting known for a title, or None."""
        ...
