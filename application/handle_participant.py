"""A connection of somebody joined the call or left it: a fact, and perhaps a doctor's seat."""

from dataclasses import dataclass

from domain.decision import Decision
from domain.delivery import Outcome, Why
from domain.errors import UnknownReferralError
from domain.facts import Fact, PeerJoined, PeerLeft
from domain.meeting import MeetingId, PersonId
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
        """The fact's key is the joining's or the leave's, so it counts once however often and in
        whatever spelling it comes."""
        if event.referral is None:
            return Decision(Outcome.IGNORED)
        meeting = event.meeting or await self.meetings.find_newest(event.referral)
        if meeting is None:
            return Decision(Outcome.IGNORED, Why.UNKNOWN_MEETING)
        what: PeerJoined | PeerLeft
        if moved.joined and moved.person is not None:
            verb, seats = "joined", await self._seats(event.referral, meeting, moved.person)
            what = PeerJoined(moved.person, moved.peer, event.session, moved.joined_at)
        else:
            verb, seats = "left", ()
            what = PeerLeft(moved.peer, event.session, moved.joined_at, moved.left_at)
        key = _key(verb, meeting, moved, event.session)
        fact = Fact(key, event.referral, meeting, what, at)
        return Decision(Outcome.APPLIED, facts=(fact,), seats=seats)

    async def _seats(
        self, referral: ReferralId, meeting: MeetingId, person: PersonId
    ) -> tuple[Seat, ...]:
        """A doctor gets a seat on joining; a doctor who leaves has one already, or needs none."""
        try:
            doctors = (await self.attendance.referral(referral)).doctors
        except UnknownReferralError:
            return ()
        return (Seat(referral, meeting, person),) if person in doctors else ()


def _key(verb: str, meeting: MeetingId, moved: Movement, session: str | None) -> str:
    """A joining without an instant is told from others by its connection and session alone."""
    told = (session, moved.joined_at, None if moved.joined else moved.left_at)
    return ":".join([verb, meeting, moved.peer, *("" if one is None else str(one) for one in told)])
