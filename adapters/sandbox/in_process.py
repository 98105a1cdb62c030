"""The twins behind the ports, in the service's own process: each call is noted and may fail as the
fault plan says, with the error that the adapter for the real partner would raise."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.partner_answer import read_success
from adapters.partner_signs import Signs
from adapters.sandbox.attendance import SandboxAttendance
from adapters.sandbox.events import About
from adapters.sandbox.faults import FaultAnswer, Faults
from adapters.sandbox.log import TwinLog
from adapters.sandbox.rooms import SandboxRooms
from domain.errors import Partner, PartnerError, PartnerTimeoutError
from domain.live_list import LivePage
from domain.meeting import Admission, Guest, Inside, Meeting, MeetingId
from domain.presence import Seat
from domain.referral import Referral, ReferralId

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TwinCalls:
    """Stands around each call. ``patience`` is in seconds, as a call over HTTP has it."""

    partner: Partner
    faults: Faults
    log: TwinLog
    patience: float
    signs: Signs = field(default_factory=Signs)

    async def __call__(
        self,
        what: str,
        call: Callable[[], Awaitable[T]],
        about: About,
        item: str | None = None,
        *,
        in_meeting: bool | None = None,
    ) -> T:
        """``item`` is what a refusal is about; ``in_meeting`` is what an update says. Raises
        PartnerError, and what the call raises."""
        with self.log.asked(self.partner, what, about) as entry:
            entry.in_meeting = in_meeting
            await self._meet_faults(item)
            value = await call()
            self.signs.succeeded(needs_body=what not in {"set_in_meeting", "close"})
            return value

    async def _meet_faults(self, item: str | None) -> None:
        try:
            async with asyncio.timeout(self.patience):
                told = await self.faults.answer()
        except TimeoutError as error:
            raise PartnerTimeoutError(self.partner, "no answer in time") from error
        if told is not None:
            self._fail(told, item)

    def _fail(self, told: FaultAnswer, item: str | None) -> None:
        try:
            read_success(self.partner, *told, whole=True)
        except PartnerError as error:
            raise self.signs.read_refusal(error, item) from error


@dataclass(frozen=True, slots=True)
class VideoInProcess:
    """VideoProvider over the rooms."""

    rooms: SandboxRooms
    calls: TwinCalls

    async def open(self, title: str) -> Meeting:
        return await self.calls("open", lambda: self.rooms.open(title), About(title))

    async def opened_within(self, title: str, seconds: float) -> list[Meeting]:
        return await self.calls(
            "opened_within", lambda: self.rooms.opened_within(title, seconds), About(title)
        )

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        about = self._about(meeting)._replace(person=guest.id)
        return await self.calls("admit", lambda: self.rooms.admit(guest, meeting), about, meeting)

    async def active_session(self, meeting: MeetingId) -> str | None:
        call = self.rooms.active_session
        return await self.calls(
            "active_session", lambda: call(meeting), self._about(meeting), meeting
        )

    async def inside(self, meeting: MeetingId) -> Inside | None:
        call = self.rooms.inside
        return await self.calls("inside", lambda: call(meeting), self._about(meeting), meeting)

    async def live_pages(self) -> AsyncIterator[LivePage]:
        pages = self.rooms.live_pages()
        yield await self.calls("live_pages", lambda: anext(pages), About())

    async def close(self, meeting: MeetingId) -> None:
        call = self.rooms.close
        await self.calls("close", lambda: call(meeting), self._about(meeting), meeting)

    def _about(self, meeting: MeetingId) -> About:
        return About(self.rooms.title(meeting), meeting)


@dataclass(frozen=True, slots=True)
class AttendanceInProcess:
    """Attendance over the sandbox's referrals."""

    attendance: SandboxAttendance
    calls: TwinCalls

    async def referral(self, referral: ReferralId) -> Referral:
        call = self.attendance.referral
        return await self.calls("referral", lambda: call(referral), About(referral), referral)

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        call = self.attendance.set_in_meeting
        await self.calls(
            "set_in_meeting",
            lambda: call(seat, in_meeting=in_meeting),
            About(seat.referral, seat.meeting, seat.person),
            seat.referral,
            in_meeting=in_meeting,
        )
