"""The attendance service: it knows referrals and shows who is in a meeting."""

from typing import Protocol

from domain.presence import Seat
from domain.referral import Referral, ReferralId


class Attendance(Protocol):
    """The attendance service, asked anew at each call."""

    async def referral(self, referral: ReferralId) -> Referral:
        """Raises UnknownReferralError."""
        ...

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        """Set one person's ``inMeeting`` flag. Absolute, so repeating it is harmless.

        Raises UnknownReferralError.
        """
        ...


class ReferralLookup(Protocol):
    """Referrals from a cache, for deciding what a caller may do."""

    async def __call__(self, referral: ReferralId) -> Referral | None:
        """The referral as it was read a moment ago; None when there is no such referral.

        Raises PartnerUnavailableError when it is not cached and the attendance service fails.
        """
        ...
