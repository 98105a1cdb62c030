"""A referral's meetings as whoever may see them is shown them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.ports.who_is_there import ReferralMeetings, Version
from domain.referral import ReferralId
from domain.who_is_there import MOST_MEETINGS, MeetingShown, shown


@dataclass(frozen=True, slots=True)
class ShownMeetings:
    """What can be watched of a referral. Reads only; raises StorageUnavailableError."""

    meetings: ReferralMeetings

    async def versions(self, keys: Sequence[ReferralId]) -> Mapping[ReferralId, Version]:
        return await self.meetings.versions(keys)

    async def read(self, key: ReferralId) -> tuple[MeetingShown, ...]:
        return shown(await self.meetings.newest(key, MOST_MEETINGS))
