"""MeetingRepository: meetings that were opened or heard of."""

from dataclasses import dataclass

from adapters.storage.append_facts import WATCH
from adapters.storage.transaction import Store, Transaction, in_transaction
from domain.meeting import KnownMeeting, MeetingId

NEWEST = "SELECT meeting FROM meetings WHERE title = $1 ORDER BY id DESC LIMIT 1"

FIND = "SELECT title, opened FROM meetings WHERE meeting = $1"
# Whoever was heard of before under another title was opened under this one.
ADD_OPENED = """
INSERT INTO meetings (meeting, title, noted, opened) VALUES ($1, $2, $3, $3)
ON CONFLICT (meeting) DO UPDATE SET title = excluded.title, opened = excluded.opened
WHERE meetings.opened IS NULL
"""


def add_opened(meeting: MeetingId, title: str, now: float) -> Transaction[None]:
    """The sweep watches it from now on."""
    yield ADD_OPENED, (meeting, title, now)
    yield WATCH, (title, meeting, now)


@dataclass(frozen=True, slots=True)
class StoredMeetings:
    """Meetings are ordered by their number, not by a clock."""

    store: Store

    @in_transaction
    def add(self, meeting: MeetingId, title: str, *, now: float) -> Transaction[None]:
        yield from add_opened(meeting, title, now)

    @in_transaction
    def find_newest(self, title: str) -> Transaction[MeetingId | None]:
        rows = yield NEWEST, (title,)
        return MeetingId(rows[0]["meeting"]) if rows else None

    @in_transaction
    def find(self, meeting: MeetingId) -> Transaction[KnownMeeting | None]:
        rows = yield FIND, (meeting,)
        return KnownMeeting(rows[0]["title"], rows[0]["opened"]) if rows else None
