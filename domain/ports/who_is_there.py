"""What storage knows of a referral's meetings, for whoever wants to see who is there."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from domain.referral import ReferralId
from domain.who_is_there import StoredMeeting

Version: TypeAlias = tuple[int, ...]
"""Only to be compared: two that are equal stand for the same meetings, unchanged."""


class ReferralMeetings(Protocol):
    """The meetings of a referral, which is their title."""

    async def newest(self, referral: ReferralId, limit: int) -> Sequence[StoredMeeting]:
        """At most so many, the newest first. At least as new as any version read before."""
        ...

    async def versions(self, referrals: Sequence[ReferralId]) -> Mapping[ReferralId, Version]:
        """Of all these referrals at once; one that has no meeting is left out. A version changes
        with whatever ``newest`` shows of that referral."""
        ...
