"""The use cases as they are wired, on the twins and a real database, with time in hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from dependency_injector import providers

from adapters.sandbox.attendance import SandboxAttendance
from adapters.system import new_id, utc_now
from domain.meeting import MeetingId
from domain.presence import Seat
from domain.referral import Referral, ReferralId
from entrypoints.container import Container
from entrypoints.resources import open_resources
from tests.builders import NOON, a_referral
from tests.rooms import FaultyCloser
from tests.waiting import PATIENCE, hang, until

M1 = MeetingId("meeting-1")
AN_HOUR = 3600.0


@dataclass
class Clock:
    """Seconds since the epoch, moved by hand."""

    seconds: float = NOON.timestamp()

    def __call__(self) -> float:
        return self.seconds

    async def nap(self, seconds: float) -> None:
        """Nobody waits: time passes."""
        self.pass_by(max(0.0, seconds))

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


class Told(NamedTuple):
    """An update as it arrived."""

    seat: Seat
    in_meeting: bool


@dataclass
class FaultyAttendance(SandboxAttendance):
    """The twin, with failures on command: ``failing`` is raised until it is None.

    ``hanging`` answers nothing until ``answering`` is set; ``reached`` is set once a mark waits so.
    ``only`` limits both to one doctor's marks. ``read`` counts the referrals that were asked for.
    ``meanwhile`` happens once, while a mark is under way. ``told`` has each mark that arrived.
    """

    failing: Exception | None = None
    only: str | None = None
    hanging: bool = False
    read: int = 0
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    meanwhile: Callable[[], Awaitable[object]] | None = None
    told: list[Told] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    answering: asyncio.Event = field(default_factory=asyncio.Event)

    async def referral(self, referral: ReferralId) -> Referral:
        self.read += 1
        self.reading.release()
        if self.failing and self.only is None:
            raise self.failing
        if self.hanging and self.only is None:
            await hang()
        return await SandboxAttendance.referral(self, referral)

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        if self.failing and self.only in {None, seat.person}:
            raise self.failing
        if self.hanging and self.only in {None, seat.person}:
            self.reached.set()
            await until(self.answering)
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        await SandboxAttendance.set_in_meeting(self, seat, in_meeting=in_meeting)
        self.told.append(Told(seat, in_meeting))

    async def asked(self, times: int) -> None:
        """Until so many more have asked for a referral."""
        async with asyncio.timeout(PATIENCE):
            for _ in range(times):
                await self.reading.acquire()

    def flags_of(self, referral: str = "enc-1") -> dict[str, bool]:
        return {seat.person: flag for seat, flag in self.shown(ReferralId(referral)).items()}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attendance() -> FaultyAttendance:
    stored = FaultyAttendance()
    stored.put(a_referral())
    return stored


@pytest.fixture
async def wired(
    container: Container, clock: Clock, attendance: FaultyAttendance
) -> AsyncIterator[Container]:
    """Everything can be resolved; random waits are as long as they may be.

    The machine's clock is an hour ahead of the storage's, by which all stored times go.
    """
    container.clock.override(providers.Object(lambda: clock() + AN_HOUR))
    container.stored_now.override(providers.Object(clock))
    container.monotonic.override(providers.Object(clock))
    container.random.override(providers.Object(lambda: 1.0))
    container.sleep.override(providers.Object(clock.nap))
    container.attendance.override(providers.Object(attendance))
    async with open_resources(container):
        yield container


@pytest.fixture
async def rooms(wired: Container) -> FaultyCloser:
    """With a meeting about ``enc-1``."""
    rooms = FaultyCloser(utc_now, new_id)
    wired.rooms.override(providers.Object(rooms))
    opened = await rooms.open("enc-1")
    rooms.rooms[M1] = rooms.rooms.pop(opened.id)
    await wired.meetings().add(M1, "enc-1", now=0)
    return rooms
