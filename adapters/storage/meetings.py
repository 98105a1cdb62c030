"""MeetingRepository: meetings that were opened or heard of."""

from dataclasses import dataclass

from adapters.storage.append_facts import ADD_MEETING
from adapters.storage.transaction import Store, Transaction, in_transaction
from domain.meeting import MeetingId

NEWEST = "SELECT meeting FROM meetings WHERE title = $1 ORDER BY id DESC LIMIT 1"

TITLE = "SELECT title FROM meetings WHERE meeting = $1"


@dataclass(frozen=True, slots=True)
class StoredMeetings:
    """Meetings are ordered by when they were added, whatever the clock says."""

    store: Store

    @in_transaction
    def add(self, meeting: MeetingId, title: str, *, now: float) -> Transaction[None]:
        yield ADD_MEETING, (meeting, title, now)

    @in_transaction
    def find_newest(self, title: str) -> Transaction[MeetingId | None]:
        rows = yield NEWEST, (title,)
        return MeetingId(rows[0]["meeting"]) if rows else None

    @in_transaction
    def find_title(self, meeting: MeetingId) -> Transaction[str | None]:
        rows = yield TITLE, (meeting,)
        return str(rows[0]["title"]) if rows else None
