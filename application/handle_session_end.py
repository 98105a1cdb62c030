"""A session ended: its connections are closed, and for some reasons both doctors are out."""

from dataclasses import dataclass

from domain.decision import Decision
from domain.delivery import Outcome, Why
from domain.errors import PartnerError
from domain.facts import Fact, SessionActive, SessionEnded
from domain.meeting import MeetingId
from domain.ports.attendance import Attendance
from domain.ports.meetings import MeetingRepository
from domain.ports.presence import PresenceFacts
from domain.ports.video import LiveCalls
from domain.presence import Seat, fold_presence
from domain.referral import ReferralId
from domain.session import SessionEvent


@dataclass(frozen=True, slots=True)
class HandleSessionEnd:
    """The contract's rule is triggered by the reason alone, whatever the event is called, and
    whatever its times say. Only positive evidence of another call stands against it.
    """

    attendance: Attendance
    meetings: MeetingRepository
    facts: PresenceFacts
    calls: LiveCalls
    reasons: frozenset[str]

    async def __call__(self, event: SessionEvent, key: str, at: float) -> Decision:
        """Raises UnknownReferralError, or the PartnerError of reading the referral."""
        empties = event.reason in self.reasons
        if event.referral is None or not (empties or event.session):
            return Decision(Outcome.IGNORED)
        meeting = event.meeting or await self.meetings.find_newest(event.referral)
        if meeting is None:
            return Decision(Outcome.IGNORED, Why.UNKNOWN_MEETING)
        ended = SessionEnded(event.session, event.reason or "", empties)
        fact = Fact(f"ended:{meeting}:{key}", event.referral, meeting, ended, at)
        if not empties:
            return Decision(Outcome.IGNORED, facts=(fact,))
        seats = await self._doctors(event.referral, meeting)
        other = await self._other_session(seats, meeting, event.session)
        if other is None:
            return Decision(Outcome.APPLIED, facts=(fact,), seats=seats)
        active = Fact(f"active:{meeting}:{key}", fact.referral, meeting, SessionActive(other), at)
        return Decision(Outcome.STALE, Why.NEWER_SESSION, (active, fact), seats)

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
            active = await self.calls.active_session(meeting)
        except PartnerError:
            return None
        return active if active != ended else None

    async def _anyone_unconfirmed(self, seats: tuple[Seat, ...]) -> bool:
        for seat in seats:
            if fold_presence(seat.person, await self.facts.of_seat(seat)).unconfirmed:
                return True
        return False
