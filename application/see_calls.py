"""See both sides of a referral's calls: what is stored of them and what the provider said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.meeting import MeetingId
from domain.ports.operator_watch import OperatorWatch
from domain.ports.operators import PresenceHistory
from domain.ports.who_is_there import ReferralMeetings
from domain.provider_says import ProviderSays, last_said
from domain.referral import Referral, ReferralId
from domain.watched_call import Ours, WatchedCall, watched_call
from domain.who_is_there import MOST_MEETINGS

MOST_FACTS = 100
"""Of one meeting, the newest."""

Twin = Callable[[MeetingId], ProviderSays]
"""The provider's twin in this process."""


@dataclass(frozen=True, slots=True)
class SeeCalls:
    """Reads only, and asks no partner: without a ``twin`` the provider says what it said last.
    ``known`` is a referral as far as it is known here without asking."""

    meetings: ReferralMeetings
    history: PresenceHistory
    watch: OperatorWatch
    known: Callable[[ReferralId], Referral | None]
    twin: Twin | None = None

    async def __call__(
        self, referral: ReferralId, *, facts: int = MOST_FACTS
    ) -> Sequence[WatchedCall]:
        """The newest meetings first, each with so many facts. Raises StorageUnavailableError."""
        named = self.known(referral)
        doctors = named.doctors if named else ()
        answers = {} if self.twin else await self.watch.answers(referral)
        calls = []
        for stored in await self.meetings.newest(referral, MOST_MEETINGS):
            meeting = stored.meeting
            seats = await self.history.seats(referral, meeting)
            known = await self.history.newest_facts(referral, meeting, facts) if facts else ()
            answer = answers.get(meeting)
            said = self.twin(meeting) if self.twin else last_said(stored.facts, answer)
            ours = Ours(stored, seats, known, doctors)
            calls.append(watched_call(referral, ours, said))
        return calls
