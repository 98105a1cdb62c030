"""ReferralMeetings: what is stored of a referral's meetings, and whether it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from adapters.storage.needed_facts import needed_facts
from adapters.storage.transaction import Row, Store, Transaction, in_transaction
from domain.meeting import MeetingId, PersonId
from domain.ports.who_is_there import Version
from domain.referral import ReferralId
from domain.who_is_there import StoredMeeting, StoredSeat

NEWEST = """
SELECT meeting, coalesce(opened, noted) AS opened, closing FROM meetings
WHERE title = $1 ORDER BY id DESC LIMIT $2
"""
SEATS = """
SELECT meeting, person, told_seq, since FROM seats
WHERE referral = $1 AND meeting IN (
    SELECT meeting FROM meetings WHERE title = $1 ORDER BY id DESC LIMIT $2
)
"""
# A meeting that is deleted lowers the count, and one that is new has the highest number.
VERSIONS = """
SELECT title, count(*) AS meetings, max(id) AS newest, sum(version) AS version FROM meetings
WHERE title IN ({titles}) GROUP BY title
"""


@dataclass(frozen=True, slots=True)
class StoredReferralMeetings:
    """Changes nothing that anybody sees."""

    store: Store

    @in_transaction
    def newest(self, referral: ReferralId, limit: int) -> Transaction[Sequence[StoredMeeting]]:
        rows = yield NEWEST, (referral, limit)
        seats: dict[str, list[StoredSeat]] = {}
        for row in (yield SEATS, (referral, limit)):
            seats.setdefault(row["meeting"], []).append(_seat(row))
        meetings = []
        for row in rows:
            meeting = MeetingId(row["meeting"])
            facts = yield from needed_facts(referral, meeting)
            about = (row["opened"], row["closing"], seats.get(meeting, []))
            meetings.append(StoredMeeting(meeting, *about, facts))
        return meetings

    @in_transaction
    def versions(
        self, referrals: Sequence[ReferralId]
    ) -> Transaction[Mapping[ReferralId, Version]]:
        if not referrals:
            return {}
        room = 1 << (len(referrals) - 1).bit_length()
        rows = yield _versions(room), (*referrals, *[referrals[0]] * (room - len(referrals)))
        return {row["title"]: _version(row) for row in rows}


@lru_cache
def _versions(titles: int) -> str:
    """For a power of two, so that a database sees few statements and knows them again."""
    return VERSIONS.format(titles=", ".join(f"${number}" for number in range(1, titles + 1)))


def _seat(row: Row) -> StoredSeat:
    return StoredSeat(PersonId(row["person"]), row["told_seq"], row["since"])


def _version(row: Row) -> Version:
    return row["meetings"], row["newest"], int(row["version"])
