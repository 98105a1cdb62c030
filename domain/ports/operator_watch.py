"""What operators watch: which calls are on, and whether anything changed."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from domain.meeting import MeetingId
from domain.ports.who_is_there import Version
from domain.provider_says import LastAnswer
from domain.referral import ReferralId

CallKey = tuple[ReferralId, MeetingId]


class OperatorWatch(Protocol):
    """Reads only, and a bounded number of rows."""

    async def calls(self, limit: int) -> Mapping[CallKey, Version]:
        """Calls that are on, or may be, at most so many: those first whose people are shown
        otherwise than their connections or the attendance service have it. A version changes with
        whatever is shown of that call."""
        ...

    async def answers(self, referral: ReferralId) -> Mapping[MeetingId, LastAnswer]:
        """The provider's last answers about the referral's meetings, as far as they are kept."""
        ...

    async def versions(self, referrals: Sequence[ReferralId]) -> Mapping[ReferralId, Version]:
        """Of all these at once. A version changes with the referral's seats and webhooks; facts are
        the affair of ``ReferralMeetings.versions``."""
        ...

    async def waiting(self) -> Version:
        """Changes with whatever waits or was given up."""
        ...
