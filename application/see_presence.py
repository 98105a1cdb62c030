"""See who is in a referral's meetings."""

from dataclasses import dataclass

from application.rights import Rights
from domain.caller import Caller
from domain.ports.who_is_there import ReferralMeetings
from domain.referral import ReferralId
from domain.who_is_there import MOST_MEETINGS, WhoIsThere, shown


@dataclass(frozen=True, slots=True)
class SeePresence:
    """Reads only."""

    rights: Rights
    meetings: ReferralMeetings

    async def __call__(self, caller: Caller, referral: ReferralId) -> WhoIsThere:
        """Raises as ``Rights.to_see``, and StorageUnavailableError."""
        known = await self.rights.to_see(caller, referral)
        return WhoIsThere(
            referral, known, shown(await self.meetings.newest(referral, MOST_MEETINGS))
        )
