"""Everyone has left the call: put requester and specialist out of the meeting."""

import asyncio
from dataclasses import dataclass

from domain.errors import UnknownReferralError
from domain.ports import Attendance, KnownMeetings
from domain.session import Outcome, SessionEvent


@dataclass(frozen=True, slots=True)
class HandleSessionEnd:
    """Acts on the reason alone, whatever the event is called (contract)."""

    attendance: Attendance
    meetings: KnownMeetings
    reasons: frozenset[str]

    async def __call__(self, event: SessionEvent) -> Outcome:
        """Both doctors are marked side by side; when either fails, its error is raised after
        the other is through. Repeating is harmless."""
        if event.reason not in self.reasons or event.referral is None:
            return Outcome.IGNORED
        meeting = event.meeting or await self.meetings.newest(event.referral)
        if meeting is None:
            return Outcome.UNKNOWN_MEETING
        try:
            referral = await self.attendance.referral(event.referral)
        except UnknownReferralError:
            return Outcome.UNKNOWN_REFERRAL
        marks = [self.attendance.mark(presence) for presence in referral.emptied(meeting)]
        for result in await asyncio.gather(*marks, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result
        return Outcome.APPLIED
