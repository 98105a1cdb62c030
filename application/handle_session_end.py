"""Everyone has left the call: requester and specialist are to be out of the meeting."""

from dataclasses import dataclass

from domain.book import Conclusion, KnownMeetings
from domain.delivery import Outcome, Why
from domain.ports import Attendance
from domain.presence import Fact, Seat, SessionEnded
from domain.session import SessionEvent


@dataclass(frozen=True, slots=True)
class HandleSessionEnd:
    """Acts on the reason alone, whatever the event is called (contract).

    ``organization`` is whose events are ours: the provider signs those of all its customers with
    one key. None leaves that unchecked.
    """

    attendance: Attendance
    meetings: KnownMeetings
    reasons: frozenset[str]
    organization: str | None

    def acts_on(self, event: SessionEvent) -> bool:
        """Whether it is ours, and its reason empties the room."""
        return not self._foreign(event) and event.reason in self.reasons

    def _foreign(self, event: SessionEvent) -> bool:
        return bool(self.organization) and event.organization not in {None, self.organization}

    async def __call__(self, event: SessionEvent, key: str, at: float) -> Conclusion:
        """The fact that both doctors' seats are to be folded with; nothing is told to anyone yet.

        Raises UnknownReferralError, or the PartnerError of reading the referral.
        """
        if self._foreign(event):
            return Conclusion(Outcome.IGNORED, Why.FOREIGN)
        if event.reason not in self.reasons or event.referral is None:
            return Conclusion(Outcome.IGNORED)
        meeting = event.meeting or await self.meetings.newest(event.referral)
        if meeting is None:
            return Conclusion(Outcome.IGNORED, Why.UNKNOWN_MEETING)
        referral = await self.attendance.referral(event.referral)
        ended = SessionEnded(event.session, event.reason, empties=True)
        fact = Fact(f"ended:{meeting}:{key}", event.referral, meeting, ended, at)
        seats = tuple(Seat(referral.id, meeting, doctor) for doctor in referral.doctors)
        return Conclusion(Outcome.APPLIED, fact=fact, seats=seats)
