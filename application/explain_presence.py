"""Why is somebody shown in a meeting? Its facts, and what they come to for each person."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.facts import Numbered
from domain.history import PresenceHistory, SeatHistory
from domain.meeting import MeetingId
from domain.presence import whereabouts
from domain.referral import ReferralId
from domain.sweeping import Sweeps


@dataclass(frozen=True, slots=True)
class Standing:
    """What the facts say of one person, beside what the attendance service was told."""

    known: SeatHistory
    is_in: bool
    because: str


@dataclass(frozen=True, slots=True)
class MeetingTimeline:
    """The facts of a meeting in the book's order, and everybody whose flag is kept there."""

    meeting: MeetingId
    facts: Sequence[Numbered]
    seats: Sequence[Standing]


@dataclass(frozen=True, slots=True)
class ExplainPresence:
    """Reads only."""

    history: PresenceHistory
    sweeps: Sweeps

    async def __call__(self, referral: ReferralId) -> Sequence[MeetingTimeline]:
        """The referral's meetings in the order they began; none when nothing is known of it."""
        meetings = await self.history.meetings(referral)
        return [await self._timeline(referral, meeting) for meeting in meetings]

    async def _timeline(self, referral: ReferralId, meeting: MeetingId) -> MeetingTimeline:
        facts = await self.sweeps.meeting_facts(referral, meeting)
        seats = await self.history.seats(referral, meeting)
        return MeetingTimeline(meeting, facts, [_standing(known, facts) for known in seats])


def _standing(known: SeatHistory, facts: Sequence[Numbered]) -> Standing:
    found = whereabouts(known.seat.person, facts)
    return Standing(known, found.is_in, found.because)
