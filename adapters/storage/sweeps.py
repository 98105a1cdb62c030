"""Sweeps: which meetings are watched, and what the provider answered last."""

from dataclasses import dataclass

import orjson

from adapters.storage.append_facts import NOT_CLOSED, append_facts, heard_of
from adapters.storage.facts import LOCK_MEETING
from adapters.storage.transaction import SKIP_LOCKED, Row, Rows, Store, Transaction, in_transaction
from domain.claims import ClaimedSweep, SweepAnswer
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId

CLAIM = f"""
WITH picked AS MATERIALIZED (
    SELECT referral, meeting FROM sweeps
    WHERE due <= $2 AND (
        ask <= $2 OR NOT EXISTS (SELECT 1 FROM live_lists WHERE serves_until > $2)
    )
    ORDER BY CASE WHEN ask <= $2 THEN 0 ELSE 1 END, CASE WHEN ask <= $2 THEN ask ELSE due END
    LIMIT 1 {SKIP_LOCKED}
)
UPDATE sweeps SET due = $1, ask = NULL, attempts = attempts + 1
WHERE (referral, meeting) IN (SELECT referral, meeting FROM picked)
RETURNING referral, meeting, attempts, watched, seen, seen_at, upto
"""
SEATED = "SELECT person FROM seats WHERE referral = $1 AND meeting = $2"
WHEN = "CAST($3 AS DOUBLE PRECISION)"
HASTEN = f"""
INSERT INTO sweeps (referral, meeting, watched, due, ask, newest)
SELECT CAST($1 AS TEXT), $2, {WHEN}, {WHEN}, {WHEN}, {WHEN}
WHERE {NOT_CLOSED}
ON CONFLICT (referral, meeting) DO UPDATE SET
    due = CASE WHEN sweeps.due <= excluded.due THEN sweeps.due ELSE excluded.due END,
    ask = CASE WHEN sweeps.ask <= excluded.ask THEN sweeps.ask ELSE excluded.ask END
"""
# A fact that came between reading and finishing keeps the meeting watched. The claim is used up: of
# two answers at once, one to the question about this meeting and one by the list, the first counts.
NOTE = """
UPDATE sweeps SET attempts = attempts + 1, seen = $4, seen_at = $5, upto = $6,
    due = coalesce(CAST($7 AS DOUBLE PRECISION), (
        SELECT max(CAST($5 AS DOUBLE PRECISION)) FROM facts
        WHERE referral = $1 AND meeting = $2 AND seq > $6
    ))
WHERE referral = $1 AND meeting = $2 AND attempts = $3
RETURNING meeting
"""
POSTPONE = """
UPDATE sweeps SET due = $4, ask = $4 WHERE referral = $1 AND meeting = $2 AND attempts = $3
"""


@dataclass(frozen=True, slots=True)
class StoredSweeps:
    """``attempts`` only rises: a claim that is no longer the newest changes nothing."""

    store: Store

    @in_transaction
    def claim_sweep(self, *, now: float, lease: float) -> Transaction[ClaimedSweep | None]:
        rows = yield CLAIM, (now + lease, now)
        if not rows:
            return None
        seated = yield SEATED, (rows[0]["referral"], rows[0]["meeting"])
        return read_sweep(rows[0], seated)

    @in_transaction
    def watch(self, referral: ReferralId, meeting: MeetingId, *, now: float) -> Transaction[None]:
        yield from heard_of(meeting, referral, now)

    @in_transaction
    def hasten(self, referral: ReferralId, meeting: MeetingId, *, due: float) -> Transaction[None]:
        yield HASTEN, (referral, meeting, due)

    @in_transaction
    def note_answer(
        self, sweep: ClaimedSweep, answer: SweepAnswer, *, now: float, due: float | None
    ) -> Transaction[bool]:
        # Before the sweep's row, as adding facts does; or two could wait for each other.
        yield LOCK_MEETING, (sweep.meeting,)
        peers = sorted(answer.inside.peers) if answer.inside else []
        seen = orjson.dumps(peers).decode()
        rows = yield NOTE, (*_fence(sweep), seen, now, answer.upto, due)
        if rows and answer.fact is not None:
            yield from append_facts([answer.fact], answer.seats, now=now, due=now)
        return bool(rows)

    @in_transaction
    def postpone_sweep(self, sweep: ClaimedSweep, *, due: float) -> Transaction[None]:
        yield POSTPONE, (*_fence(sweep), due)


def read_sweep(row: Row, seated: Rows = ()) -> ClaimedSweep:
    """A row of a claim, or of the watched meetings."""
    about = (ReferralId(row["referral"]), MeetingId(row["meeting"]), row["attempts"])
    people = frozenset(PersonId(seat["person"]) for seat in seated)
    if row["seen"] is None:
        return ClaimedSweep(*about, row["watched"], seated=people)
    seen = frozenset((peer, PersonId(person)) for peer, person in orjson.loads(row["seen"]))
    return ClaimedSweep(*about, row["watched"], seen, row["seen_at"], row["upto"], people)


def _fence(sweep: ClaimedSweep) -> tuple[str, str, int]:
    return sweep.referral, sweep.meeting, sweep.attempts
