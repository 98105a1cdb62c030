"""PresenceHistory: what is known of a referral's meetings, for people who ask why."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.storage.facts import stored_fact
from adapters.storage.transaction import Row, Store, Transaction, in_transaction
from domain.facts import StoredFact
from domain.meeting import MeetingId
from domain.operator_view import SeatHistory
from domain.presence import Seat
from domain.referral import ReferralId

MEETINGS = """
SELECT meeting, min(seq) AS first FROM facts WHERE referral = $1 GROUP BY meeting ORDER BY first
"""
FACTS = """
SELECT seq, person, kind, data, at, 0 AS weighed FROM facts
WHERE referral = $1 AND meeting = $2 AND refused IS NULL AND seq > (
    SELECT coalesce(max(forgotten), 0) FROM sweeps WHERE referral = $1 AND meeting = $2
)
ORDER BY seq DESC LIMIT $3
"""
SEATS = """
SELECT referral, meeting, person, shown, told, told_seq, due, why FROM seats
WHERE referral = $1 AND meeting = $2 ORDER BY person
"""


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """Reads only."""

    store: Store

    @in_transaction
    def meetings(self, referral: ReferralId) -> Transaction[Sequence[MeetingId]]:
        rows = yield MEETINGS, (referral,)
        return [MeetingId(row["meeting"]) for row in rows]

    @in_transaction
    def newest_facts(
        self, referral: ReferralId, meeting: MeetingId, limit: int
    ) -> Transaction[Sequence[StoredFact]]:
        rows = yield FACTS, (referral, meeting, limit)
        return [stored_fact(row) for row in reversed(rows)]

    @in_transaction
    def seats(self, referral: ReferralId, meeting: MeetingId) -> Transaction[Sequence[SeatHistory]]:
        rows = yield SEATS, (referral, meeting)
        return [_history(row) for row in rows]


def _history(row: Row) -> SeatHistory:
    return SeatHistory(
        Seat(row["referral"], row["meeting"], row["person"]),
        None if row["shown"] is None else bool(row["shown"]),
        row["told"],
        row["told_seq"],
        row["due"],
        row["why"],
    )
