"""VisitFacts: meetings with all their facts, for statistics. They go by a meeting's number."""

from collections import defaultdict
from dataclasses import dataclass

from adapters.storage.facts import stored_fact
from adapters.storage.transaction import Row, Store, Transaction, in_transaction
from domain.facts import StoredFact
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId
from domain.visit import MeetingFacts, MeetingPage

PAGE = """
SELECT id FROM meetings WHERE id > $2 AND noted >= $1 ORDER BY id LIMIT $3
"""
KNOWN = """
known AS (
    SELECT meetings.id, meetings.meeting, meetings.opened, sweeps.referral,
        coalesce(sweeps.forgotten, 0) AS forgotten
    FROM meetings JOIN sweeps ON sweeps.meeting = meetings.meeting
    WHERE meetings.id > $2 AND meetings.id <= $3 AND meetings.noted >= $1
)
"""
MEETINGS = f"""
WITH {KNOWN} SELECT referral, meeting, opened FROM known
WHERE forgotten = 0 OR EXISTS (
    SELECT 1 FROM facts WHERE facts.referral = known.referral AND facts.meeting = known.meeting
        AND facts.seq > known.forgotten
)
ORDER BY id, referral
"""
FACTS = f"""
WITH {KNOWN}
SELECT known.referral, known.meeting, seq, person, kind, data, at, 0 AS weighed
FROM known JOIN facts ON facts.referral = known.referral AND facts.meeting = known.meeting
    AND facts.seq > known.forgotten
WHERE facts.refused IS NULL
ORDER BY seq
"""
SEATS = f"""
WITH {KNOWN}
SELECT known.referral, known.meeting, person
FROM known JOIN seats ON seats.referral = known.referral AND seats.meeting = known.meeting
"""
About = tuple[ReferralId, MeetingId]


@dataclass(frozen=True, slots=True)
class StoredVisitFacts:
    """Reads only."""

    store: Store

    @in_transaction
    def page(self, *, since: float, after: int, limit: int) -> Transaction[MeetingPage]:
        numbers = [row["id"] for row in (yield PAGE, (since, after, limit))]
        if not numbers:
            return MeetingPage((), None)
        which = (since, after, numbers[-1])
        facts: dict[About, list[StoredFact]] = defaultdict(list)
        seated: dict[About, set[PersonId]] = defaultdict(set)
        meetings = yield MEETINGS, which
        for row in (yield FACTS, which):
            facts[_about(row)].append(stored_fact(row))
        for row in (yield SEATS, which):
            seated[_about(row)].add(PersonId(row["person"]))
        found = [
            MeetingFacts(*about, row["opened"], facts[about], frozenset(seated[about]))
            for about, row in zip(map(_about, meetings), meetings, strict=True)
        ]
        return MeetingPage(found, numbers[-1] if len(numbers) == limit else None)


def _about(row: Row) -> About:
    return ReferralId(row["referral"]), MeetingId(row["meeting"])
