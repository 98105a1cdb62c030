"""A connection of somebody joined the call or left it: a fact, and perhaps a doctor's seat."""

from dataclasses import dataclass

from domain.decision import Decision
from domain.delivery import Outcome, Why
from domain.errors import UnknownReferralError
from domain.facts import Fact, PeerJoined, PeerLeft
from domain.meeting import MeetingId
from domain.ports.attendance import Attendance
from domain.ports.meetings import MeetingRepository
from domain.presence import Seat
from domain.referral import ReferralId
from domain.session import Movement, SessionEvent


@dataclass(frozen=True, slots=True)
class HandleParticipant:
    """A guest who is neither doctor has facts and no seat, so nothing is told about a guest."""

    attendance: Attendance
    meetings: MeetingRepository

    async def __call__(self, event: SessionEvent, moved: Movement, at: float) -> Decision:
        """The fact's key is the peer's, so that it counts once however often it comes."""
        if event.referral is None:
            return Decision(Outcome.IGNORED)
        meeting = event.meeting or await self.meetings.find_newest(event.referral)
        if meeting is None:
            return Decision(Outcome.IGNORED, Why.UNKNOWN_MEETING)
        seats = await self._seats(event.referral, meeting, moved)
        what = (
            PeerJoined(moved.person, moved.peer, event.session)
            if moved.joined
            else PeerLeft(moved.person, moved.peer, event.session)
        )
        verb = "joined" if moved.joined else "left"
        fact = Fact(f"{verb}:{meeting}:{moved.peer}", event.referral, meeting, what, at)
        return Decision(Outcome.APPLIED, facts=(fact,), seats=seats)

    async def _seats(
        self, referral: ReferralId, meeting: MeetingId, moved: Movement
    ) -> tuple[Seat, ...]:
        """Who leaves has a seat already, or needs none."""
        if not moved.joined:
            return ()
        try:
            doctors = (await self.attendance.referral(referral)).doctors
        except UnknownReferralError:
            return ()
        return (Seat(referral, meeting, moved.person),) if moved.person in doctors else ()
