"""The meetings that this service opened or heard of."""

from typing import Protocol

from domain.meeting import KnownMeeting, MeetingId


class MeetingRepository(Protocol):
    """Meetings by id and by title; the one added or heard of last is the newest."""

    async def add(self, meeting: MeetingId, title: str, *, now: float) -> None:
        """Add a meeting that this service opened, under the title it was opened with."""
        ...

    async def find_newest(self, title: str) -> MeetingId | None:
        """The newest meeting of a title; None when there is none."""
        ...

    async def find(self, meeting: MeetingId) -> KnownMeeting | None:
        """What is known of a meeting; None when it was neither opened here nor heard of."""
        ...
