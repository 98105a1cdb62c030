"""The rooms' twin, going wrong on command."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from adapters.sandbox.rooms import INACTIVE, SandboxRooms
from domain.meeting import Admission, Guest, Meeting, MeetingId
from tests.waiting import hang, until


@dataclass
class FaultyRooms(SandboxRooms):
    """``refusing`` is raised before a meeting is opened, ``losing`` after, ``blind`` by looking.

    ``live`` is the session that is going on in every meeting, or what asking for it raises.

    With ``holding``, an answer waits for ``release``; ``reached`` is set once one does.
    """

    refusing: Exception | None = None
    losing: Exception | None = None
    blind: Exception | None = None
    live: str | Exception | None = None
    holding: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self, title: str) -> Meeting:
        if self.refusing:
            raise self.refusing
        meeting = await SandboxRooms.open(self, title)
        if self.losing:
            raise self.losing
        if self.holding:
            self.reached.set()
            await until(self.release)
        return meeting

    async def opened_within(self, title: str, seconds: float) -> list[Meeting]:
        if self.blind:
            raise self.blind
        return await SandboxRooms.opened_within(self, title, seconds)

    async def active_session(self, meeting: MeetingId) -> str | None:
        if isinstance(self.live, Exception):
            raise self.live
        return self.live or await SandboxRooms.active_session(self, meeting)


@dataclass
class FaultyCloser(SandboxRooms):
    """The twin, with failures on command: ``inactive`` is raised before a meeting is set INACTIVE,
    ``kicking`` after that. ``meanwhile`` happens before somebody is admitted. ``closed`` has
    those that were closed."""

    inactive: Exception | None = None
    kicking: Exception | None = None
    hanging: bool = False
    meanwhile: Callable[[], Awaitable[object]] | None = None
    closed: list[MeetingId] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def close(self, meeting: MeetingId) -> None:
        if self.hanging:
            await hang()
        if self.inactive:
            raise self.inactive
        if self.kicking:
            self.set_status(meeting, INACTIVE)
            raise self.kicking
        await SandboxRooms.close(self, meeting)
        self.closed.append(meeting)
        self.reached.set()

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        if self.meanwhile:
            await self.meanwhile()
        return await SandboxRooms.admit(self, guest, meeting)
