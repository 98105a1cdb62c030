"""Seats: facts of presence, and bringing each seat to the attendance service, one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.book.deliveries import MOST_LOSSES, TRUSTED_LOSSES
from adapters.book.facts import numbered
from adapters.book.marking import append_facts, claimed_seat
from adapters.book.steps import SKIP_LOCKED, Steps, Store, transaction
from domain.book import ClaimedSeat
from domain.facts import Fact, Numbered, Seat

SET_ASIDE = """
UPDATE seats SET due = NULL, held = 0, lost = 0, why = 'poison' WHERE due <= $1 AND lost >= $2
"""
CLAIM = f"""
UPDATE seats SET due = $1, held = 1, attempts = attempts + 1, lost = lost + 1
WHERE (referral, meeting, person) IN (
    SELECT referral, meeting, person FROM seats WHERE due <= $2 AND lost > $3 AND lost <= $4
    ORDER BY due LIMIT $5 {SKIP_LOCKED}
)
RETURNING referral, meeting, person, attempts, failures, seq, due, pushed_seq, shown
"""
FACTS = """
SELECT seq, person, kind, data, at FROM facts
WHERE referral = $1 AND meeting = $2 AND (person = $3 OR person IS NULL) AND refused IS NULL
ORDER BY seq
"""
SEAT = "referral = $1 AND meeting = $2 AND person = $3 AND attempts = $4"
SETTLE = f"""
UPDATE seats SET pushed_seq = $5, shown = $6, pushed = CAST($7 AS DOUBLE PRECISION),
    failures = 0, lost = 0, held = 0,
    why = NULL, due = CASE WHEN seq > $5 THEN CAST($7 AS DOUBLE PRECISION) END
WHERE {SEAT}
RETURNING due
"""
POSTPONE = f"""
UPDATE seats SET due = $5, failures = failures + 1, lost = 0, held = 0, why = $6 WHERE {SEAT}
"""
REFUSE = f"""
UPDATE seats SET due = CASE WHEN seq > $5 THEN CAST($6 AS DOUBLE PRECISION) END,
    failures = 0, lost = 0, held = 0, why = $7
WHERE {SEAT}
RETURNING pushed_seq
"""
REFUSE_REPORTS = """
UPDATE facts SET refused = $4
WHERE referral = $1 AND meeting = $2 AND person = $3 AND seq > $5 AND seq <= $6
"""
RELEASE = f"UPDATE seats SET due = $5, lost = 0, held = 0 WHERE {SEAT}"


@dataclass(frozen=True, slots=True)
class SeatBook:
    """A seat stores no wanted state, only how far the attendance service has been brought."""

    store: Store

    @transaction
    def append(
        self, fact: Fact, seat: Seat, *, now: float, due: float
    ) -> Steps[ClaimedSeat | None]:
        claimed = yield from append_facts([fact], [seat], now=now, due=due)
        return claimed[0] if claimed else None

    @transaction
    def claim_seats(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Steps[Sequence[ClaimedSeat]]:
        if suspects:
            yield SET_ASIDE, (now, MOST_LOSSES)
        losses = (TRUSTED_LOSSES, MOST_LOSSES) if suspects else (-1, TRUSTED_LOSSES)
        rows = yield CLAIM, (now + lease, now, *losses, limit)
        return [claimed_seat(row) for row in rows]

    @transaction
    def facts(self, seat: Seat) -> Steps[Sequence[Numbered]]:
        rows = yield FACTS, (seat.referral, seat.meeting, seat.person)
        return [numbered(row) for row in rows]

    @transaction
    def settle(
        self, claimed: ClaimedSeat, *, seq: int, in_meeting: bool, now: float
    ) -> Steps[bool]:
        rows = yield SETTLE, (*_fence(claimed), seq, int(in_meeting), now)
        return bool(rows) and rows[0]["due"] is not None

    @transaction
    def postpone_seat(self, claimed: ClaimedSeat, why: str, *, due: float) -> Steps[None]:
        yield POSTPONE, (*_fence(claimed), due, why)

    @transaction
    def refuse(self, claimed: ClaimedSeat, why: str, *, seq: int, now: float) -> Steps[None]:
        rows = yield REFUSE, (*_fence(claimed), seq, now, why)
        if rows:
            seat = claimed.seat
            about = (seat.referral, seat.meeting, seat.person)
            yield REFUSE_REPORTS, (*about, why, rows[0]["pushed_seq"], seq)

    @transaction
    def release_seat(self, claimed: ClaimedSeat, *, now: float) -> Steps[None]:
        yield RELEASE, (*_fence(claimed), now)


def _fence(claimed: ClaimedSeat) -> tuple[str, str, str, int]:
    seat = claimed.seat
    return seat.referral, seat.meeting, seat.person, claimed.attempts
