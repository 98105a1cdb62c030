"""Closings: asked for, claimed, concluded and postponed."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.storage.append_facts import append_facts
from adapters.storage.facts import LOCK_MEETING, closed_fact
from adapters.storage.suspects import MAY_BE_CLAIMED, ONE_LESS, TRUSTED, WHY_SUSPECT
from adapters.storage.transaction import SKIP_LOCKED, Row, Store, Transaction, in_transaction
from domain.claims import ClaimedClosing, ClaimedSeat, ClosingProgress
from domain.errors import UnknownMeetingError
from domain.meeting import MeetingId, PersonId
from domain.presence import Seat
from domain.referral import ReferralId

MARK = """
UPDATE meetings SET closing = coalesce(closing, CAST($2 AS DOUBLE PRECISION)), version = version + 1
WHERE meeting = $1
RETURNING title, closed
"""
# One that waits for its next try is taken; one that somebody has, or that is suspect, is not.
TAKE = f"""
INSERT INTO closings (meeting, referral, due, attempts, lost) VALUES ($1, $2, $3, 1, 1)
ON CONFLICT (meeting) DO UPDATE SET due = excluded.due, attempts = closings.attempts + 1,
    lost = closings.lost + 1
WHERE (closings.due <= $4 OR closings.lost = 0) AND closings.lost <= {TRUSTED}
RETURNING referral, meeting, attempts, failures
"""
CLAIM = f"""
WITH picked AS MATERIALIZED (
    SELECT meeting FROM closings WHERE {MAY_BE_CLAIMED}
    ORDER BY due LIMIT $4 {SKIP_LOCKED}
)
UPDATE closings SET due = $1, attempts = attempts + 1, lost = lost + 1, {WHY_SUSPECT}
WHERE meeting IN (SELECT meeting FROM picked)
RETURNING referral, meeting, attempts, failures
"""
END = "DELETE FROM closings WHERE meeting = $1 AND attempts = $2 RETURNING meeting"
CLOSED = "SELECT 1 FROM meetings WHERE meeting = $1 AND closed IS NOT NULL"
CLOSE = "UPDATE meetings SET closed = $2 WHERE meeting = $1"
# Whoever has just asked about it concludes nothing: the claim is used up.
STOP_WATCHING = """
UPDATE sweeps SET due = NULL, ask = NULL, attempts = attempts + 1 WHERE meeting = $1
"""
REFERRALS = "SELECT referral FROM sweeps WHERE meeting = $1"
POSTPONE = """
UPDATE closings SET due = $3, failures = failures + 1, lost = 0, why = $4
WHERE meeting = $1 AND attempts = $2
"""
RELEASE = f"UPDATE closings SET due = $3, {ONE_LESS} WHERE meeting = $1 AND attempts = $2"
# Whether each thing that is left is in hand, or due by now; a try that failed waits for longer.
LEFT = """
SELECT CASE WHEN lost > 0 OR due <= $2 THEN 1 ELSE 0 END AS moving FROM closings WHERE meeting = $1
UNION ALL
SELECT CASE WHEN held = 1 OR seats.due <= $2 THEN 1 ELSE 0 END
FROM seats JOIN sweeps ON seats.referral = sweeps.referral AND seats.meeting = sweeps.meeting
WHERE sweeps.meeting = $1 AND seats.due IS NOT NULL AND told_seq < seq
"""


@dataclass(frozen=True, slots=True)
class StoredClosings:
    """A row's ``due`` is its next try or the end of its lease; ``attempts`` only rises. The
    meeting's row is locked first, as before facts are added."""

    store: Store

    @in_transaction
    def ask(
        self, meeting: MeetingId, *, now: float, due: float
    ) -> Transaction[ClaimedClosing | None]:
        known = yield MARK, (meeting, now)
        if not known:
            raise UnknownMeetingError("not in the repository")
        if known[0]["closed"] is not None:
            return None
        rows = yield TAKE, (meeting, known[0]["title"], due, now)
        return _claimed(rows[0]) if rows else None

    @in_transaction
    def claim_closings(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Transaction[Sequence[ClaimedClosing]]:
        rows = yield CLAIM, (now + lease, now, int(suspects), limit)
        return [_claimed(row) for row in rows]

    @in_transaction
    def conclude_closing(
        self, claimed: ClaimedClosing, doctors: Sequence[PersonId], *, now: float, due: float
    ) -> Transaction[Sequence[ClaimedSeat]]:
        meeting = claimed.meeting
        yield LOCK_MEETING, (meeting,)
        if not (yield END, (meeting, claimed.attempts)):
            return []
        # It may be known under another referral's id too, and nobody is in it under any.
        known = yield REFERRALS, (meeting,)
        referrals = {claimed.referral, *(ReferralId(row["referral"]) for row in known)}
        seats: list[ClaimedSeat] = []
        for referral in sorted(referrals):
            people = doctors if referral == claimed.referral else ()
            theirs = [Seat(referral, meeting, person) for person in people]
            closed = closed_fact(referral, meeting, now)
            told = yield from append_facts([closed], theirs, now=now, due=due)
            seats += told.claimed
        yield CLOSE, (meeting, now)
        yield STOP_WATCHING, (meeting,)
        return seats

    @in_transaction
    def postpone_closing(
        self, claimed: ClaimedClosing, why: str, *, due: float
    ) -> Transaction[None]:
        yield POSTPONE, (claimed.meeting, claimed.attempts, due, why)

    @in_transaction
    def release_closing(self, claimed: ClaimedClosing, *, now: float) -> Transaction[None]:
        yield RELEASE, (claimed.meeting, claimed.attempts, now)

    @in_transaction
    def progress(self, meeting: MeetingId, *, now: float) -> Transaction[ClosingProgress]:
        closed = yield CLOSED, (meeting,)
        left = yield LEFT, (meeting, now)
        if closed and not left:
            return ClosingProgress.DONE
        moving = all(row["moving"] for row in left)
        return ClosingProgress.UNDER_WAY if moving else ClosingProgress.WAITING


def _claimed(row: Row) -> ClaimedClosing:
    return ClaimedClosing(row["referral"], row["meeting"], row["attempts"], row["failures"])
