"""The meetings that this service opened or heard of."""

from typing import Protocol

from domain.meeting import MeetingId


class MeetingRepository(Protocol):
    """Meetings by id and by title; the one added last is the newest."""

    async def add(self, meeting: MeetingId, title: str, *, now: float) -> None:
        """Add a meeting under its title. A meeting that is known keeps the title it has."""
        ...

    async def find_newest(self, title: str) -> MeetingId | None:
        """The newest meeting of a title; None when there is none."""
        ...

    async def find_title(self, meeting: MeetingId) -> str | None:
        """The title that a meeting was added under; None when it is unknown."""
        ...
