"""PresenceFacts and PresenceUpdates: facts, and the seats whose flag has to be told."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from adapters.storage.append_facts import LOST_BEFORE, append_facts, claimed_seat
from adapters.storage.facts import LOCK_MEETING
from adapters.storage.needed_facts import needed_facts
from adapters.storage.suspects import MAY_BE_CLAIMED, ONE_LESS, WHY_SUSPECT
from adapters.storage.transaction import (
    MOST_ROWS,
    SKIP_LOCKED,
    Store,
    Transaction,
    in_parts,
    in_transaction,
)
from domain.claims import ClaimedSeat, Settled
from domain.facts import Fact, StoredFact, about_person
from domain.meeting import MeetingId
from domain.policies.doubt import told_now
from domain.policies.refusal import Refusals
from domain.presence import Seat
from domain.referral import ReferralId

CLAIM = f"""
WITH picked AS MATERIALIZED (
    SELECT referral, meeting, person FROM seats WHERE {MAY_BE_CLAIMED}
    ORDER BY due LIMIT $4 {SKIP_LOCKED}
)
UPDATE seats SET due = $1, {LOST_BEFORE}, held = 1,
    attempts = attempts + 1, lost = lost + 1, {WHY_SUSPECT}
WHERE (referral, meeting, person) IN (SELECT referral, meeting, person FROM picked)
RETURNING referral, meeting, person, attempts, failures, seq, due, told_seq, shown,
    known, refusals, refused_since, again
"""
TOLD = """
SELECT 1 FROM seats
WHERE referral = $1 AND meeting = $2 AND person = $3 AND told_seq >= seq
"""
HASTEN = f"""
WITH picked AS MATERIALIZED (
    SELECT referral, meeting, person FROM seats
    WHERE due > $1 AND held = 0 AND failures > 0 AND refusals = 0
    LIMIT {MOST_ROWS} {SKIP_LOCKED}
)
UPDATE seats SET due = $1
WHERE (referral, meeting, person) IN (SELECT referral, meeting, person FROM picked)
RETURNING person
"""
SEAT = "referral = $1 AND meeting = $2 AND person = $3 AND attempts = $4"
SETTLE = f"""
UPDATE seats SET told_seq = $5, shown = $6, told = CAST($7 AS DOUBLE PRECISION),
    known = CASE WHEN $8 = 1 THEN 1 ELSE known END, refusals = 0, refused_since = NULL,
    failures = 0, lost = 0, held = 0, connected = $11,
    waiting = CASE WHEN seq > $5 THEN CAST($7 AS DOUBLE PRECISION) END,
    again = CAST($9 AS DOUBLE PRECISION),
    since = coalesce(CAST($10 AS DOUBLE PRECISION), since),
    why = CASE WHEN CAST($9 AS DOUBLE PRECISION) IS NULL THEN NULL ELSE 'outcome-unknown' END,
    due = CASE WHEN seq > $5 THEN CAST($7 AS DOUBLE PRECISION)
        ELSE CAST($9 AS DOUBLE PRECISION) END
WHERE {SEAT}
"""
POSTPONE = f"""
UPDATE seats SET due = $5, failures = failures + 1, lost = 0, held = 0, why = $6,
    refusals = $7, refused_since = $8, again = CASE WHEN $9 = 1 THEN 0 ELSE again END
WHERE {SEAT}
"""
REFUSE = f"""
UPDATE seats SET due = CASE WHEN seq > $5 THEN CAST($6 AS DOUBLE PRECISION) END,
    waiting = CASE WHEN seq > $5 THEN CAST($6 AS DOUBLE PRECISION) END,
    failures = 0, refusals = 0, refused_since = NULL, lost = 0, held = 0, why = $7, again = NULL
WHERE {SEAT}
RETURNING told_seq
"""
REFUSE_REPORTS = """
UPDATE facts SET refused = $4
WHERE referral = $1 AND meeting = $2 AND person = $3 AND kind = 'reported'
    AND seq > $5 AND seq <= $6
"""
RELEASE = f"UPDATE seats SET due = $5, {ONE_LESS}, held = 0, again = 0 WHERE {SEAT}"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StoredPresence:
    """A seat stores no wanted state, only up to which fact the attendance service was told."""

    store: Store

    @in_transaction
    def append(
        self, fact: Fact, seat: Seat, *, now: float, due: float, known: bool = False
    ) -> Transaction[ClaimedSeat | None]:
        appended = yield from append_facts([fact], [seat], now=now, due=due, read=known)
        return appended.claimed[0] if appended.claimed else None

    @in_transaction
    def claim_seats(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Transaction[Sequence[ClaimedSeat]]:
        rows = yield CLAIM, (now + lease, now, int(suspects), limit)
        return [claimed_seat(row) for row in rows]

    async def hasten_seats(self, *, now: float) -> None:
        await in_parts(lambda: self._some_hastened(now))

    @in_transaction
    def _some_hastened(self, now: float) -> Transaction[int]:
        return len((yield HASTEN, (now,)))

    @in_transaction
    def of_seat(self, seat: Seat) -> Transaction[Sequence[StoredFact]]:
        facts = yield from needed_facts(seat.referral, seat.meeting)
        return about_person(facts, seat.person)

    @in_transaction
    def of_meeting(
        self, referral: ReferralId, meeting: MeetingId
    ) -> Transaction[Sequence[StoredFact]]:
        return (yield from needed_facts(referral, meeting))

    @in_transaction
    def settle(self, *settled: Settled) -> Transaction[None]:
        # In one order with all who change seats of a meeting; or two could wait for each other.
        for one in sorted(settled, key=lambda one: one.claimed.seat):
            told = (one.seq, int(one.in_meeting), one.now, int(one.updated))
            again = told_now(one.claimed.again, one.now)
            yield SETTLE, (*_fence(one.claimed), *told, again, one.since, int(one.connected))

    @in_transaction
    def postpone_seat(
        self,
        claimed: ClaimedSeat,
        why: str,
        *,
        due: float,
        refusals: Refusals | None = None,
        unsure: bool = False,
    ) -> Transaction[None]:
        now = refusals or claimed.refusals
        yield POSTPONE, (*_fence(claimed), due, why, now.count, now.since, int(unsure))

    @in_transaction
    def is_told(self, seat: Seat) -> Transaction[bool]:
        return bool((yield TOLD, (seat.referral, seat.meeting, seat.person)))

    async def refuse(self, claimed: ClaimedSeat, why: str, *, seq: int, now: float) -> None:
        if await self._refused(claimed, why, seq, now):
            log.warning("update.dead", why=why)

    @in_transaction
    def _refused(self, claimed: ClaimedSeat, why: str, seq: int, now: float) -> Transaction[bool]:
        seat = claimed.seat
        # Before the seat's row, as adding facts does; or two could wait for each other.
        yield LOCK_MEETING, (seat.meeting,)
        rows = yield REFUSE, (*_fence(claimed), seq, now, why)
        if rows:
            about = (seat.referral, seat.meeting, seat.person)
            yield REFUSE_REPORTS, (*about, why, rows[0]["told_seq"], seq)
        return bool(rows)

    @in_transaction
    def release_seat(self, claimed: ClaimedSeat, *, now: float) -> Transaction[None]:
        yield RELEASE, (*_fence(claimed), now)


def _fence(claimed: ClaimedSeat) -> tuple[str, str, str, int]:
    seat = claimed.seat
    return seat.referral, seat.meeting, seat.person, claimed.attempts
