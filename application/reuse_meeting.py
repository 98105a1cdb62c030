"""Whether the meeting of a referral may be used again, where a referral has one meeting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.errors import PartnerError
from domain.facts import Roster, SessionActive, StoredFact, people_of
from domain.meeting import Meeting
from domain.ports.meetings import MeetingRepository
from domain.ports.presence import PresenceFacts
from domain.ports.video import LiveCalls
from domain.presence import fold_presence
from domain.referral import ReferralId

RECENT = 30 * 60.0
"""Seconds after which a meeting that nobody is in is not used again."""


@dataclass(frozen=True, slots=True)
class ReuseMeeting:
    """Never a second meeting while the first may be live: the provider is asked last, and its
    silence counts as yes."""

    facts: PresenceFacts
    meetings: MeetingRepository
    calls: LiveCalls
    now: Callable[[], float]

    async def __call__(self, referral: ReferralId, meeting: Meeting) -> bool:
        """Opened, or somebody was in it, less than 30 minutes ago; or a connection is open; or the
        provider has a session now, or gives no answer. Never once its closing was asked for."""
        facts = await self.facts.of_meeting(referral, meeting.id)
        known = await self.meetings.find(meeting.id)
        if known is not None and known.closing is not None:
            return False
        opened = known.opened if known and known.opened else 0.0
        moments = [opened, *(fact.at for fact in facts if _tells_of_somebody(fact))]
        if max(moments) > self.now() - RECENT or _anybody_connected(facts):
            return True
        try:
            return await self.calls.active_session(meeting.id) is not None
        except PartnerError:
            return True


def _tells_of_somebody(fact: StoredFact) -> bool:
    empty = isinstance(fact.what, Roster) and not fact.what.inside
    return not empty and not isinstance(fact.what, SessionActive)


def _anybody_connected(facts: Sequence[StoredFact]) -> bool:
    people = people_of(fact.what for fact in facts)
    return any(fold_presence(person, facts).has_open_connection for person in people)
