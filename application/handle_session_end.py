"""A session ended: its connections are closed, and for some reasons both doctors are out."""

from dataclasses import dataclass

from domain.book import Conclusion, KnownMeetings, Seats
from domain.delivery import Outcome, Why
from domain.errors import PartnerError
from domain.facts import Fact, Seat, SessionActive, SessionEnded
from domain.meeting import MeetingId
from domain.ports import Attendance, VideoRooms
from domain.presence import whereabouts
from domain.referral import ReferralId
from domain.session import SessionEvent


@dataclass(frozen=True, slots=True)
class HandleSessionEnd:
    """The contract's rule is triggered by the reason alone, whatever the event is called, and
    whatever its times say. Only positive evidence of another call stands against it.
    """

    attendance: Attendance
    meetings: KnownMeetings
    seats: Seats
    rooms: VideoRooms
    reasons: frozenset[str]

    async def __call__(self, event: SessionEvent, key: str, at: float) -> Conclusion:
        """Raises UnknownReferralError, or the PartnerError of reading the referral."""
        empties = event.reason in self.reasons
        if event.referral is None or not (empties or event.session):
            return Conclusion(Outcome.IGNORED)
        meeting = event.meeting or await self.meetings.newest(event.referral)
        if meeting is None:
            return Conclusion(Outcome.IGNORED, Why.UNKNOWN_MEETING)
        ended = SessionEnded(event.session, event.reason or "", empties)
        fact = Fact(f"ended:{meeting}:{key}", event.referral, meeting, ended, at)
        if not empties:
            return Conclusion(Outcome.IGNORED, facts=(fact,))
        seats = await self._doctors(event.referral, meeting)
        other = await self._other_session(seats, meeting, event.session)
        if other is None:
            return Conclusion(Outcome.APPLIED, facts=(fact,), seats=seats)
        active = Fact(f"active:{meeting}:{key}", fact.referral, meeting, SessionActive(other), at)
        return Conclusion(Outcome.STALE, Why.NEWER_SESSION, (active, fact), seats)

    async def _doctors(self, referral: ReferralId, meeting: MeetingId) -> tuple[Seat, ...]:
        known = await self.attendance.referral(referral)
        return tuple(Seat(referral, meeting, doctor) for doctor in known.doctors)

    async def _other_session(
        self, seats: tuple[Seat, ...], meeting: MeetingId, ended: str | None
    ) -> str | None:
        """The session that is on now, if another one is, and somebody reported in might be in it
        without our knowing. No answer is no evidence."""
        if ended is None or not await self._anyone_unconfirmed(seats):
            return None
        try:
            active = await self.rooms.active_session(meeting)
        except PartnerError:
            return None
        return active if active != ended else None

    async def _anyone_unconfirmed(self, seats: tuple[Seat, ...]) -> bool:
        for seat in seats:
            if whereabouts(seat.person, await self.seats.facts(seat)).unconfirmed:
                return True
        return False
