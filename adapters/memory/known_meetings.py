"""KnownMeetings until the process ends: the newest meeting of each title."""

from collections import OrderedDict
from dataclasses import dataclass, field

from domain.meeting import MeetingId


@dataclass(slots=True)
class MemoryKnownMeetings:
    """Holds at most ``most`` titles; the one noted longest ago goes first."""

    most: int = 100_000
    by_title: OrderedDict[str, MeetingId] = field(default_factory=OrderedDict)

    async def remember(self, meeting: MeetingId, title: str) -> None:
        self.by_title[title] = meeting
        self.by_title.move_to_end(title)
        if len(self.by_title) > self.most:
            self.by_title.popitem(last=False)

    async def newest(self, title: str) -> MeetingId | None:
        return self.by_title.get(title)
