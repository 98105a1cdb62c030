"""The list of live sessions: whose turn it is to read it, and which meetings are watched."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.storage.sweeps import read_sweep
from adapters.storage.transaction import Row, Store, Transaction, in_transaction
from domain.claims import ClaimedList, WatchedMeeting

CLAIM = """
INSERT INTO live_lists (id, due, attempts)
SELECT 1, CAST($1 AS DOUBLE PRECISION), 1
WHERE EXISTS (SELECT 1 FROM sweeps WHERE due IS NOT NULL)
ON CONFLICT (id) DO UPDATE SET due = excluded.due, attempts = live_lists.attempts + 1
WHERE live_lists.due <= $2
RETURNING attempts
"""
NEWEST = "SELECT coalesce(max(seq), 0) AS seq FROM facts"
KEEP = "UPDATE live_lists SET due = $2 WHERE attempts = $1 RETURNING id"
SETTLE = "UPDATE live_lists SET due = $2, serves_until = $3 WHERE attempts = $1"
WATCHED = """
SELECT s.referral, s.meeting, s.attempts, s.watched, s.seen, s.seen_at, s.upto, s.due,
    coalesce((
        SELECT max(seq) FROM facts WHERE facts.referral = s.referral AND facts.meeting = s.meeting
    ), 0) AS latest
FROM sweeps s
WHERE s.due IS NOT NULL
"""
SEATS = """
SELECT seats.referral, seats.meeting, person, shown, seats.due
FROM seats JOIN sweeps s ON s.referral = seats.referral AND s.meeting = seats.meeting
WHERE s.due IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class StoredLiveLists:
    """``attempts`` only rises: a claim that is no longer the newest changes nothing."""

    store: Store

    @in_transaction
    def claim_list(self, *, now: float, lease: float) -> Transaction[ClaimedList | None]:
        rows = yield CLAIM, (now + lease, now)
        if not rows:
            return None
        (newest,) = yield NEWEST, ()
        return ClaimedList(rows[0]["attempts"], newest["seq"])

    @in_transaction
    def keep_list(self, claim: ClaimedList, *, until: float) -> Transaction[bool]:
        rows = yield KEEP, (claim.attempts, until)
        return bool(rows)

    @in_transaction
    def settle_list(
        self, claim: ClaimedList, *, due: float, serves_until: float
    ) -> Transaction[None]:
        yield SETTLE, (claim.attempts, due, serves_until)

    @in_transaction
    def watched(self) -> Transaction[Sequence[WatchedMeeting]]:
        rows = yield WATCHED, ()
        seats: dict[tuple[str, str], list[Row]] = {}
        for seat in (yield SEATS, ()):
            seats.setdefault((seat["referral"], seat["meeting"]), []).append(seat)
        return [_watched(row, seats.get((row["referral"], row["meeting"]), [])) for row in rows]


def _watched(row: Row, seats: Sequence[Row]) -> WatchedMeeting:
    shown = any(seat["shown"] or seat["due"] is not None for seat in seats)
    return WatchedMeeting(read_sweep(row, seats), row["due"], row["latest"], shown)
