"""Sweeps: which meetings to ask the provider about, and what it answered first."""

from dataclasses import dataclass

import orjson

from adapters.storage.append_facts import LOCK_MEETING, append_facts
from adapters.storage.transaction import SKIP_LOCKED, Row, Store, Transaction, in_transaction
from domain.claims import ClaimedSweep
from domain.facts import Fact
from domain.meeting import Inside, MeetingId, PersonId
from domain.referral import ReferralId

CLAIM = f"""
UPDATE sweeps SET due = $1, attempts = attempts + 1
WHERE (referral, meeting) IN (
    SELECT referral, meeting FROM sweeps WHERE due <= $2 ORDER BY due LIMIT 1 {SKIP_LOCKED}
)
RETURNING referral, meeting, attempts, seen, seen_at, upto
"""
HASTEN = """
INSERT INTO sweeps (referral, meeting, due) VALUES ($1, $2, $3)
ON CONFLICT (referral, meeting) DO UPDATE SET due = excluded.due
WHERE sweeps.due IS NULL OR sweeps.due > excluded.due
"""
NOTE = """
UPDATE sweeps SET seen = $4, seen_at = $5, upto = $6, due = $7
WHERE referral = $1 AND meeting = $2 AND attempts = $3
"""
FINISH = """
UPDATE sweeps SET seen = NULL, seen_at = NULL, upto = NULL, due = $4
WHERE referral = $1 AND meeting = $2 AND attempts = $3
RETURNING meeting
"""


@dataclass(frozen=True, slots=True)
class StoredSweeps:
    """``attempts`` only rises: a claim that is no longer the newest changes nothing."""

    store: Store

    @in_transaction
    def claim_sweep(self, *, now: float, lease: float) -> Transaction[ClaimedSweep | None]:
        rows = yield CLAIM, (now + lease, now)
        return _sweep(rows[0]) if rows else None

    @in_transaction
    def hasten(self, referral: ReferralId, meeting: MeetingId, *, due: float) -> Transaction[None]:
        yield HASTEN, (referral, meeting, due)

    @in_transaction
    def note_answer(
        self, sweep: ClaimedSweep, inside: Inside | None, *, upto: int, now: float, due: float
    ) -> Transaction[None]:
        peers = sorted(inside.peers) if inside else []
        seen = orjson.dumps({"session": inside and inside.session, "peers": peers}).decode()
        yield NOTE, (*_fence(sweep), seen, now, upto, due)

    @in_transaction
    def finish_sweep(
        self, sweep: ClaimedSweep, fact: Fact | None, *, now: float, due: float | None
    ) -> Transaction[None]:
        if fact is not None:
            # Before the sweep's row, as adding facts does; or two could wait for each other.
            yield LOCK_MEETING, (sweep.meeting,)
        rows = yield FINISH, (*_fence(sweep), due)
        if rows and fact is not None:
            yield from append_facts([fact], [], now=now, due=now)


def _sweep(row: Row) -> ClaimedSweep:
    about = (ReferralId(row["referral"]), MeetingId(row["meeting"]), row["attempts"])
    if row["seen"] is None:
        return ClaimedSweep(*about)
    seen = orjson.loads(row["seen"])
    peers = frozenset((peer, PersonId(person)) for peer, person in seen["peers"])
    return ClaimedSweep(*about, peers, seen["session"], row["seen_at"], row["upto"])


def _fence(sweep: ClaimedSweep) -> tuple[str, str, int]:
    return sweep.referral, sweep.meeting, sweep.attempts
