"""A doctor left the meeting: reported out through the same path as any presence."""

from dataclasses import dataclass

from application.push_seat import Push
from application.report_presence import ReportPresence
from domain.caller import Caller, TicketHolder
from domain.meeting import MeetingId, PersonId
from domain.referral import Presence, ReferralId


@dataclass(frozen=True, slots=True)
class LeaveMeeting:
    """Safe to repeat, as a closing tab may report twice."""

    report: ReportPresence

    async def __call__(
        self,
        caller: Caller | TicketHolder,
        referral: ReferralId,
        meeting: MeetingId,
        doctor: PersonId,
        deadline: float,
    ) -> Push:
        presence = Presence(referral, meeting, doctor, in_meeting=False)
        return await self.report(caller, presence, deadline)
