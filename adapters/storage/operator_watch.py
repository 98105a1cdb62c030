"""OperatorWatch: which calls are on, and whether what operators watch has changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from adapters.storage.transaction import Row, Store, Transaction, in_transaction
from domain.meeting import MeetingId, PersonId
from domain.ports.operator_watch import CallKey
from domain.ports.who_is_there import Version
from domain.provider_says import LastAnswer
from domain.referral import ReferralId

MOST = 1000
"""Waiting rows that are looked at; more is said by their number alone."""
# What disagrees is found by the indexes of what waits and of who is not connected.
CALLS = """
WITH odd AS (
    SELECT referral, meeting, since FROM (
        SELECT referral, meeting, since FROM seats WHERE shown = 1 AND connected = 0
        ORDER BY since LIMIT $1
    ) AS unconnected
    UNION ALL
    SELECT referral, meeting, waiting FROM (
        SELECT referral, meeting, waiting FROM seats WHERE waiting IS NOT NULL
        ORDER BY waiting LIMIT $1
    ) AS untold
    UNION ALL
    SELECT referral, meeting, NULL FROM (
        SELECT referral, meeting FROM sweeps WHERE due IS NOT NULL ORDER BY due DESC LIMIT $1
    ) AS watched
), calls AS (
    SELECT referral, meeting, min(since) AS since FROM odd GROUP BY referral, meeting
)
SELECT calls.referral, calls.meeting, calls.since, meetings.id, meetings.version,
    coalesce(sum(seats.attempts), 0) AS attempts, coalesce(sum(seats.failures), 0) AS failures,
    count(seats.due) AS due
FROM calls JOIN meetings ON meetings.meeting = calls.meeting
LEFT JOIN seats ON seats.referral = calls.referral AND seats.meeting = calls.meeting
GROUP BY calls.referral, calls.meeting, calls.since, meetings.id, meetings.version
ORDER BY CASE WHEN calls.since IS NULL THEN 1 ELSE 0 END, calls.since, meetings.id DESC LIMIT $1
"""
ANSWERS = """
SELECT meeting, seen, seen_at FROM sweeps WHERE referral = $1 AND seen IS NOT NULL
"""
SEATS = """
SELECT referral, count(*) AS seats, coalesce(sum(attempts), 0) AS attempts,
    coalesce(sum(failures), 0) AS failures, count(due) AS due
FROM seats WHERE referral IN ({referrals}) GROUP BY referral
"""
DELIVERIES = """
SELECT referral, count(*) AS deliveries, max(id) AS newest, coalesce(sum(state), 0) AS states,
    coalesce(sum(attempts), 0) AS attempts, coalesce(sum(failures), 0) AS failures
FROM deliveries WHERE referral IN ({referrals}) GROUP BY referral
"""
WAITING = """
SELECT (SELECT coalesce(max(id), 0) FROM deliveries) AS newest,
    (SELECT coalesce(sum(attempts + failures + 1), 0) FROM (
        SELECT attempts, failures FROM deliveries WHERE state = 0 ORDER BY received LIMIT $1
    ) AS waiting) AS deliveries,
    (SELECT coalesce(sum(id + attempts), 0) FROM (
        SELECT id, attempts FROM deliveries WHERE state = 2 ORDER BY id LIMIT $1
    ) AS dead) AS dead,
    (SELECT coalesce(sum(attempts + failures + 1), 0) FROM (
        SELECT attempts, failures FROM seats WHERE waiting IS NOT NULL ORDER BY waiting LIMIT $1
    ) AS untold) AS updates,
    (SELECT count(*) FROM (
        SELECT why FROM seats WHERE due IS NULL AND why IS NOT NULL LIMIT $1
    ) AS refused) AS refused,
    (SELECT coalesce(sum(attempts + failures + 1), 0) FROM (
        SELECT attempts, failures FROM closings WHERE due IS NOT NULL ORDER BY due LIMIT $1
    ) AS closing) AS closings
"""


@dataclass(frozen=True, slots=True)
class StoredOperatorWatch:
    """Changes nothing."""

    store: Store

    @in_transaction
    def calls(self, limit: int) -> Transaction[Mapping[CallKey, Version]]:
        rows = yield CALLS, (limit,)
        return {
            (ReferralId(row["referral"]), MeetingId(row["meeting"])): (
                row["id"],
                row["version"],
                *_of_seats(row),
            )
            for row in rows
        }

    @in_transaction
    def answers(self, referral: ReferralId) -> Transaction[Mapping[MeetingId, LastAnswer]]:
        rows = yield ANSWERS, (referral,)
        return {MeetingId(row["meeting"]): _answer(row) for row in rows}

    @in_transaction
    def versions(
        self, referrals: Sequence[ReferralId]
    ) -> Transaction[Mapping[ReferralId, Version]]:
        if not referrals:
            return {}
        listed = ", ".join(f"${number}" for number in range(1, len(referrals) + 1))
        seats = yield SEATS.format(referrals=listed), tuple(referrals)
        deliveries = yield DELIVERIES.format(referrals=listed), tuple(referrals)
        found: dict[ReferralId, Version] = {}
        for row in seats:
            found[row["referral"]] = (row["seats"], *_of_seats(row))
        for row in deliveries:
            names = ("deliveries", "newest", "states", "attempts", "failures")
            about = tuple(int(row[name]) for name in names)
            found[row["referral"]] = (*found.get(row["referral"], ()), *about)
        return found

    @in_transaction
    def waiting(self) -> Transaction[Version]:
        (row,) = yield WAITING, (MOST,)
        names = ("newest", "deliveries", "dead", "updates", "refused", "closings")
        return tuple(int(row[name]) for name in names)


def _of_seats(row: Row) -> Version:
    """Whatever becomes of a seat begins with a claim, which raises ``attempts``."""
    return tuple(int(row[name]) for name in ("attempts", "failures", "due"))


def _answer(row: Row) -> LastAnswer:
    peers = frozenset((peer, PersonId(person)) for peer, person in orjson.loads(row["seen"]))
    return LastAnswer(row["seen_at"], peers)
