"""PresenceHistory: what is known of a referral's meetings, for people who ask why."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.book.steps import Row, Steps, Store, transaction
from domain.facts import Seat
from domain.history import SeatHistory
from domain.meeting import MeetingId
from domain.referral import ReferralId

MEETINGS = """
SELECT meeting, min(seq) AS first FROM facts WHERE referral = $1 GROUP BY meeting ORDER BY first
"""
SEATS = """
SELECT referral, meeting, person, shown, pushed, pushed_seq, due, why FROM seats
WHERE referral = $1 AND meeting = $2 ORDER BY person
"""


@dataclass(frozen=True, slots=True)
class HistoryBook:
    """Reads only."""

    store: Store

    @transaction
    def meetings(self, referral: ReferralId) -> Steps[Sequence[MeetingId]]:
        rows = yield MEETINGS, (referral,)
        return [MeetingId(row["meeting"]) for row in rows]

    @transaction
    def seats(self, referral: ReferralId, meeting: MeetingId) -> Steps[Sequence[SeatHistory]]:
        rows = yield SEATS, (referral, meeting)
        return [_history(row) for row in rows]


def _history(row: Row) -> SeatHistory:
    return SeatHistory(
        Seat(row["referral"], row["meeting"], row["person"]),
        None if row["shown"] is None else bool(row["shown"]),
        row["pushed"],
        row["pushed_seq"],
        row["due"],
        row["why"],
    )
