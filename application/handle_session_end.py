"""A session ended: its connections are closed, and for some reasons both doctors are out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.decision import Decision
from domain.delivery import Outcome, Why
from domain.errors import PartnerError
from domain.facts import Fact, SessionActive, SessionEnded, StoredFact, about_person
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
    whatever its times say. Only positive evidence of another call stands against it: a session that
    is known to be going on and is known to be another.
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
        ended = SessionEnded(event.session, event.reason or "", empties, event.ended_at)
        fact = Fact(_key(ended, meeting, key), event.referral, meeting, ended, at)
        if not empties:
            return Decision(Outcome.IGNORED, facts=(fact,))
        seats = await self._doctors(event.referral, meeting)
        return await self._emptied(fact, ended, seats, key)

    async def _emptied(
        self, fact: Fact, ended: SessionEnded, seats: tuple[Seat, ...], key: str
    ) -> Decision:
        """Stale when a doctor is in all the same: by a connection of another session, or because
        the provider, asked now, says that another one is going on."""
        stored = await self.facts.of_meeting(fact.referral, fact.meeting)
        known = {seat: about_person(stored, seat.person) for seat in seats}
        facts: tuple[Fact, ...] = (fact,)
        if other := await self._other_session(known, fact.meeting, ended.session):
            what = SessionActive(other)
            active = Fact(
                f"active:{fact.meeting}:{key}", fact.referral, fact.meeting, what, fact.at
            )
            facts = (active, fact)
        if any(_is_in_after(facts, seat, known[seat]) for seat in seats):
            return Decision(Outcome.STALE, Why.NEWER_SESSION, facts, seats)
        return Decision(Outcome.APPLIED, facts=facts, seats=seats)

    async def _doctors(self, referral: ReferralId, meeting: MeetingId) -> tuple[Seat, ...]:
        known = await self.attendance.referral(referral)
        return tuple(Seat(referral, meeting, doctor) for doctor in known.doctors)

    async def _other_session(
        self,
        known: Mapping[Seat, Sequence[StoredFact]],
        meeting: MeetingId,
        ended: str | None,
    ) -> str | None:
        """The session that is going on now, if it is another and somebody who was reported in may
        be in it without our knowing. No answer is no evidence."""
        if ended is None or not any(
            fold_presence(seat.person, facts).unconfirmed for seat, facts in known.items()
        ):
            return None
        try:
            active = await self.calls.active_session(meeting)
        except PartnerError:
            return None
        return active if active != ended else None


def _key(ended: SessionEnded, meeting: MeetingId, delivery: str) -> str:
    """An end that names its session or its instant counts once, however it is spelt; any other
    counts once for each delivery."""
    if ended.session is None and ended.ended_at is None:
        return f"ended:{meeting}:{delivery}"
    return f"ended:{meeting}:{ended.session}:{ended.reason}:{ended.ended_at}"


def _is_in_after(news: Sequence[Fact], seat: Seat, known: Sequence[StoredFact]) -> bool:
    """Whether the doctor is in once these facts are added to those that are known."""
    last = max((fact.seq for fact in known), default=0)
    added = [StoredFact(last + place, fact.what) for place, fact in enumerate(news, start=1)]
    return fold_presence(seat.person, [*known, *added]).is_in
