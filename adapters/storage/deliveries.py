"""WebhookInbox and DeliveryQueue: webhooks stored, claimed, concluded, postponed and buried."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from adapters.storage.append_facts import append_facts
from adapters.storage.meetings import known_meeting
from adapters.storage.suspects import MAY_BE_CLAIMED, ONE_LESS, WHY_SUSPECT
from adapters.storage.transaction import (
    MOST_ROWS,
    SKIP_LOCKED,
    Row,
    Store,
    Transaction,
    in_parts,
    in_transaction,
)
from domain.claims import Concluded
from domain.decision import Decision
from domain.delivery import Delivery, KnownDelivery, State
from domain.policies.refusal import Refusals
from domain.referral import ReferralId
from domain.session import SessionEvent

# Without the cast SQLite uses no index there, and reads all meetings. Whoever claims nothing needs
# nothing of it.
OF_ITS_MEETING = """
(SELECT {0} FROM meetings WHERE deliveries.attempts > 0
    AND meetings.meeting = CAST(deliveries.meeting AS TEXT)) AS {0}
"""
CLAIMED = ", ".join(
    (
        "id, key, body, attempts, failures, refusals, refused_since",
        *(OF_ITS_MEETING.format(column) for column in ("title", "opened", "closing")),
    )
)
RECEIVE = f"""
INSERT INTO deliveries (key, event, referral, meeting, body, received, due, attempts, lost)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
ON CONFLICT (key) DO NOTHING
RETURNING {CLAIMED}
"""
THEIR_SEATS = """
    SELECT 1 FROM seats WHERE outcome IN ('applied', 'stale')
    AND seats.referral = deliveries.referral AND seats.meeting = deliveries.meeting
"""
KNOWN = f"""
SELECT state, why,
    EXISTS ({THEIR_SEATS} AND seats.due IS NOT NULL AND seats.told_seq < seats.seq) AS unsettled,
    EXISTS ({THEIR_SEATS} AND seats.due IS NULL AND seats.why IS NOT NULL) AS refused
FROM deliveries WHERE key = $1
"""
CLAIM = f"""
WITH picked AS MATERIALIZED (
    SELECT id FROM deliveries WHERE state = 0 AND {MAY_BE_CLAIMED}
    ORDER BY due LIMIT $4 {SKIP_LOCKED}
)
UPDATE deliveries SET due = $1, attempts = attempts + 1, lost = lost + 1, {WHY_SUSPECT}
WHERE id IN (SELECT id FROM picked)
RETURNING {CLAIMED}
"""
HASTEN = f"""
WITH picked AS MATERIALIZED (
    SELECT id FROM deliveries
    WHERE state = 0 AND due > $1 AND lost = 0 AND failures > 0 AND refusals = 0
    LIMIT {MOST_ROWS} {SKIP_LOCKED}
)
UPDATE deliveries SET due = $1 WHERE id IN (SELECT id FROM picked) RETURNING id
"""
CONCLUDE = """
UPDATE deliveries SET state = 1, due = NULL, failures = 0, lost = 0, settled = $3,
    outcome = $4, why = $5, referral = coalesce($6, referral), meeting = coalesce($7, meeting)
WHERE id = $1 AND attempts = $2 AND state = 0
RETURNING id
"""
POSTPONE = """
UPDATE deliveries SET due = $3, failures = failures + 1, lost = 0, why = $4,
    refusals = $5, refused_since = $6
WHERE id = $1 AND attempts = $2 AND state = 0
"""
BURY = """
UPDATE deliveries SET state = 2, due = NULL, lost = 0, settled = $3, why = $4
WHERE id = $1 AND attempts = $2 AND state = 0
RETURNING id
"""
KNOWN_REFERRAL = "SELECT 1 FROM seats WHERE referral = $1 AND known = 1 LIMIT 1"
RELEASE = f"""
UPDATE deliveries SET due = $3, {ONE_LESS} WHERE id = $1 AND attempts = $2 AND state = 0
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StoredDeliveries:
    """A row's ``due`` is its next try or the end of its lease; ``attempts`` only rises."""

    store: Store

    @in_transaction
    def receive(
        self, key: str, body: bytes, event: SessionEvent | None, *, now: float, due: float
    ) -> Transaction[Delivery | KnownDelivery]:
        about = (event.name, event.referral, event.meeting) if event else ("", None, None)
        claims = 1 if due > now else 0
        rows = yield RECEIVE, (key, *about, body, now, due, claims)
        if rows:
            return _delivery(rows[0])
        (known,) = yield KNOWN, (key,)
        refused = bool(known["refused"])
        why = known["why"] or ("update-refused" if refused else None)
        return KnownDelivery(State(known["state"]), not known["unsettled"], refused, why)

    @in_transaction
    def claim_deliveries(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Transaction[Sequence[Delivery]]:
        rows = yield CLAIM, (now + lease, now, int(suspects), limit)
        return [_delivery(row) for row in rows]

    async def hasten_deliveries(self, *, now: float) -> None:
        await in_parts(lambda: self._some_hastened(now))

    @in_transaction
    def _some_hastened(self, now: float) -> Transaction[int]:
        return len((yield HASTEN, (now,)))

    @in_transaction
    def conclude(
        self, delivery: Delivery, decision: Decision, *, now: float, due: float
    ) -> Transaction[Concluded | None]:
        facts = decision.facts
        about = (facts[0].referral, facts[0].meeting) if facts else (None, None)
        settled = (now, decision.outcome, decision.why, *about)
        rows = yield CONCLUDE, (delivery.id, delivery.attempts, *settled)
        if not rows:
            return None
        if not facts:
            return Concluded()
        return (yield from append_facts(facts, decision.seats, now=now, due=due, read=True))

    @in_transaction
    def postpone_delivery(
        self, delivery: Delivery, why: str, *, due: float, refusals: Refusals | None = None
    ) -> Transaction[None]:
        now = refusals or delivery.refusals
        yield POSTPONE, (delivery.id, delivery.attempts, due, why, now.count, now.since)

    @in_transaction
    def knows_referral(self, referral: ReferralId) -> Transaction[bool]:
        return bool((yield KNOWN_REFERRAL, (referral,)))

    async def bury(self, delivery: Delivery, why: str, *, now: float) -> None:
        if await self._buried(delivery, why, now):
            log.warning("delivery.dead", number=delivery.id, why=why)

    @in_transaction
    def _buried(self, delivery: Delivery, why: str, now: float) -> Transaction[bool]:
        return bool((yield BURY, (delivery.id, delivery.attempts, now, why)))

    @in_transaction
    def release_delivery(self, delivery: Delivery, *, now: float) -> Transaction[None]:
        yield RELEASE, (delivery.id, delivery.attempts, now)


def _delivery(row: Row) -> Delivery:
    return Delivery(
        row["id"],
        row["key"],
        row["body"],
        row["attempts"],
        row["failures"],
        Refusals(row["refusals"], row["refused_since"]),
        known_meeting(row) if row["title"] is not None else None,
    )
