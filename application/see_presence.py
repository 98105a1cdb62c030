"""See who is in a referral's meetings."""

from dataclasses import dataclass

from application.rights import Rights
from application.shown_meetings import ShownMeetings
from domain.caller import Caller
from domain.referral import ReferralId
from domain.who_is_there import WhoIsThere


@dataclass(frozen=True, slots=True)
class SeePresence:
    """Reads only."""

    rights: Rights
    meetings: ShownMeetings

    async def __call__(self, caller: Caller, referral: ReferralId) -> WhoIsThere:
        """Raises as ``Rights.to_see``, and StorageUnavailableError."""
        known = await self.rights.to_see(caller, referral)
        return WhoIsThere(referral, known, await self.meetings.read(referral))
