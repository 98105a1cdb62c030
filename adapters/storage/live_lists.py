"""The list of live sessions: whose turn it is to read it, and which meetings are watched."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from adapters.storage.sweeps import read_sweep
from adapters.storage.transaction import Rows, Store, Transaction, in_transaction
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
AFTER = "CAST($1 AS DOUBLE PRECISION)"
A_PART = 200
"""Meetings that are read at a time. So a sweep takes no more memory when more are watched."""
WATCHED = f"""
WITH part AS (
    SELECT referral, meeting, attempts, watched, seen, seen_at, upto, due FROM sweeps
    WHERE due IS NOT NULL AND (due, referral, meeting) > ({AFTER}, $2, $3)
    ORDER BY due, referral, meeting LIMIT $4
)
SELECT part.*, person, shown, seats.due AS telling, coalesce((
    SELECT max(seq) FROM facts WHERE facts.referral = part.referral AND facts.meeting = part.meeting
), 0) AS latest
FROM part LEFT JOIN seats ON seats.referral = part.referral AND seats.meeting = part.meeting
ORDER BY part.due, part.referral, part.meeting
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

    async def watched(self) -> AsyncIterator[Sequence[WatchedMeeting]]:
        after = (0.0, "", "")
        while some := _watched(await self.store.read(WATCHED, (*after, A_PART))):
            yield some
            if len(some) < A_PART:
                return
            last = some[-1]
            after = (last.due, last.sweep.referral, last.sweep.meeting)


def _watched(rows: Rows) -> list[WatchedMeeting]:
    """A row is a seat, or a meeting without any."""
    found = []
    for _, some in groupby(rows, key=lambda row: (row["referral"], row["meeting"])):
        one, *others = some
        seats = [row for row in (one, *others) if row["person"] is not None]
        shown = any(row["shown"] or row["telling"] is not None for row in seats)
        found.append(WatchedMeeting(read_sweep(one, seats), one["due"], one["latest"], shown))
    return found
