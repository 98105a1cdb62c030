"""KnownMeetings: which meeting is meant when an event names only its title."""

from dataclasses import dataclass

from adapters.book.marking import NOTE_MEETING
from adapters.book.steps import Steps, Store, transaction
from domain.meeting import MeetingId

NEWEST = "SELECT meeting FROM meetings WHERE title = $1 ORDER BY id DESC LIMIT 1"

TITLE = "SELECT title FROM meetings WHERE meeting = $1"


@dataclass(frozen=True, slots=True)
class MeetingBook:
    """The order of noting is the order of ids, whatever the clock says."""

    store: Store

    @transaction
    def remember(self, meeting: MeetingId, title: str, *, now: float) -> Steps[None]:
        yield NOTE_MEETING, (meeting, title, now)

    @transaction
    def newest(self, title: str) -> Steps[MeetingId | None]:
        rows = yield NEWEST, (title,)
        return MeetingId(rows[0]["meeting"]) if rows else None

    @transaction
    def title(self, meeting: MeetingId) -> Steps[str | None]:
        rows = yield TITLE, (meeting,)
        return str(rows[0]["title"]) if rows else None
