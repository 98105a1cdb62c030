"""Why is somebody shown in a meeting? Its facts, and their result for each person."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.audit import AuditEvent, AuditLine
from domain.facts import StoredFact
from domain.meeting import MeetingId
from domain.operator_view import SeatHistory
from domain.ports.callers import Pseudonyms
from domain.ports.operators import AuditLog, PresenceHistory
from domain.ports.presence import PresenceFacts
from domain.presence import fold_presence
from domain.referral import ReferralId

SHOWN = 10_000
"""Facts of one meeting, the newest."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the facts say of one person, beside what the attendance service was told."""

    known: SeatHistory
    is_in: bool
    because: str


@dataclass(frozen=True, slots=True)
class MeetingTimeline:
    """The facts of a meeting in their stored order, and everybody whose flag is kept there."""

    meeting: MeetingId
    facts: Sequence[StoredFact]
    seats: Sequence[Standing]


@dataclass(frozen=True, slots=True)
class ExplainPresence:
    """Changes nothing. The audit log says who read it, with a pseudonym of the referral."""

    history: PresenceHistory
    facts: PresenceFacts
    audit: AuditLog
    pseudonyms: Pseudonyms

    async def __call__(self, who: str, referral: ReferralId) -> Sequence[MeetingTimeline]:
        """The referral's meetings in the order they began; none when nothing is known of it."""
        meetings = await self.history.meetings(referral)
        timelines = [await self._timeline(referral, meeting) for meeting in meetings]
        what = f"presence/{self.pseudonyms.of(referral)}"
        outcome = f"{len(timelines)} meetings"
        await self.audit.record(AuditLine(AuditEvent.PRESENCE_READ, who, what, outcome))
        return timelines

    async def _timeline(self, referral: ReferralId, meeting: MeetingId) -> MeetingTimeline:
        facts = await self.facts.of_meeting(referral, meeting)
        seats = await self.history.seats(referral, meeting)
        shown = await self.history.newest_facts(referral, meeting, SHOWN)
        return MeetingTimeline(meeting, shown, [_standing(known, facts) for known in seats])


def _standing(known: SeatHistory, facts: Sequence[StoredFact]) -> Standing:
    found = fold_presence(known.seat.person, facts)
    return Standing(known, found.is_in, found.because)
