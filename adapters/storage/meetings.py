"""MeetingRepository: meetings that were opened or heard of."""

from dataclasses import dataclass

from adapters.storage.append_facts import WATCH
from adapters.storage.facts import insert_fact
from adapters.storage.transaction import Row, Store, Transaction, in_transaction
from domain.facts import Fact, MeetingOpened
from domain.meeting import KnownMeeting, MeetingId
from domain.referral import ReferralId

NEWEST = "SELECT meeting FROM meetings WHERE title = $1 ORDER BY id DESC LIMIT 1"

FIND = "SELECT title, opened, closing FROM meetings WHERE meeting = $1"
# Whoever was heard of before under another title was opened under this one.
ADD_OPENED = """
INSERT INTO meetings (meeting, title, noted, opened, version) VALUES ($1, $2, $3, $3, 1)
ON CONFLICT (meeting) DO UPDATE SET title = excluded.title, opened = excluded.opened,
    version = meetings.version + 1
WHERE meetings.opened IS NULL
"""


def add_opened(meeting: MeetingId, title: str, now: float) -> Transaction[None]:
    """The sweep watches it from now on."""
    yield ADD_OPENED, (meeting, title, now)
    yield from say_opened(meeting, title, now)


def say_opened(meeting: MeetingId, title: str, now: float) -> Transaction[None]:
    """Of a meeting that is in the repository."""
    opened = Fact(f"opened:{meeting}", ReferralId(title), meeting, MeetingOpened(), now)
    yield insert_fact(opened)
    yield WATCH, (title, meeting, now)


@dataclass(frozen=True, slots=True)
class StoredMeetings:
    """Meetings are ordered by their number, not by a clock."""

    store: Store

    @in_transaction
    def add(self, meeting: MeetingId, title: str, *, now: float) -> Transaction[None]:
        yield from add_opened(meeting, title, now)

    async def find_newest(self, title: str) -> MeetingId | None:
        rows = await self.store.read(NEWEST, (title,))
        return MeetingId(rows[0]["meeting"]) if rows else None

    async def find(self, meeting: MeetingId) -> KnownMeeting | None:
        rows = await self.store.read(FIND, (meeting,))
        return known_meeting(rows[0]) if rows else None


def known_meeting(row: Row) -> KnownMeeting:
    return KnownMeeting(row["title"], row["opened"], row["closing"])
