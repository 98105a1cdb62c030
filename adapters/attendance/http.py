"""Attendance over the attendance service's own interface."""

from dataclasses import dataclass

from adapters.attendance import wire
from adapters.partner_api import PartnerApi
from domain.errors import PartnerNotFoundError, UnknownReferralError
from domain.presence import Seat
from domain.referral import Referral, ReferralId

REFERRALS = ("attendance-service", "referrals")


@dataclass(frozen=True, slots=True)
class HttpAttendance:
    """The paths are the contract's. The contract does not show how a referral is read: a GET of the
    path that it has for the referral."""

    api: PartnerApi

    async def referral(self, referral: ReferralId) -> Referral:
        try:
            answer = await self.api.call("GET", *REFERRALS, referral, item=referral)
        except PartnerNotFoundError as error:
            raise UnknownReferralError("the attendance service has no such referral") from error
        return wire.referral(answer, referral)

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        body = {"inMeeting": in_meeting, "userId": seat.person}
        path = (*REFERRALS, seat.referral, "meetings", seat.meeting, "user")
        try:
            await self.api.send("POST", *path, body=body, item=seat.referral)
        except PartnerNotFoundError as error:
            raise UnknownReferralError("the attendance service has no such referral") from error
