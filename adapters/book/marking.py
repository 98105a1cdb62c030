"""Append a fact and mark the seats it concerns, in the order that makes ``seq`` mean something.

The meeting's row is locked before the fact gets its number. So of two transactions about one
meeting, the one that commits later has the higher ``seq``, and a pusher that has read up to a
number has missed nothing below it.
"""

from collections.abc import Iterable, Sequence

from adapters.book.steps import Row, Statement, Steps
from domain.book import ClaimedSeat
from domain.presence import Fact, Seat

NOTE_MEETING = """
INSERT INTO meetings (meeting, title, noted) VALUES ($1, $2, $3)
ON CONFLICT (meeting) DO UPDATE SET meeting = excluded.meeting
"""
OTHERS = "SELECT person FROM seats WHERE referral = $1 AND meeting = $2"
LOCK = """
INSERT INTO seats (referral, meeting, person) VALUES ($1, $2, $3)
ON CONFLICT (referral, meeting, person) DO UPDATE SET person = excluded.person
RETURNING due, held
"""
KEEP = """
UPDATE seats SET seq = $4, why = NULL WHERE referral = $1 AND meeting = $2 AND person = $3
"""
FREE = """
UPDATE seats SET seq = $4, why = NULL, due = $5, held = 0
WHERE referral = $1 AND meeting = $2 AND person = $3
"""
TAKE = """
UPDATE seats SET seq = $4, why = NULL, due = $5, held = 1, attempts = attempts + 1, lost = lost + 1
WHERE referral = $1 AND meeting = $2 AND person = $3
RETURNING attempts, failures
"""


def mark_due(
    insert: Statement, fact: Fact, seats: Iterable[Seat], *, now: float, due: float
) -> Steps[Sequence[ClaimedSeat]]:
    """Those of the seats that the caller now has claimed until ``due``.

    A seat in somebody else's hands stays there; its ``seq`` tells that one that more has come. A
    fact that was known already concerns nobody.
    """
    yield NOTE_MEETING, (fact.meeting, fact.referral, now)
    concerned = set(seats)
    if fact.concerns_everyone:
        others = yield OTHERS, (fact.referral, fact.meeting)
        concerned |= {Seat(fact.referral, fact.meeting, row["person"]) for row in others}
    held: dict[Seat, bool] = {}
    for seat in sorted(concerned):
        (row,) = yield LOCK, _key(seat)
        held[seat] = _held(row, now)
    rows = yield insert
    if not rows:
        return []
    seq = rows[0]["seq"]
    claimed: list[ClaimedSeat] = []
    for seat, in_hand in held.items():
        if in_hand:
            yield KEEP, (*_key(seat), seq)
        elif due <= now:
            yield FREE, (*_key(seat), seq, now)
        else:
            (taken,) = yield TAKE, (*_key(seat), seq, due)
            claimed.append(ClaimedSeat(seat, taken["attempts"], taken["failures"], seq, due))
    return claimed


def _held(row: Row, now: float) -> bool:
    return bool(row["held"]) and row["due"] is not None and row["due"] > now


def _key(seat: Seat) -> tuple[str, str, str]:
    return seat.referral, seat.meeting, seat.person
