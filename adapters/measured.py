"""The partners and storage behind their ports, measured and traced, whose ever adapter it is."""

import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from adapters.metrics import Metrics
from adapters.partner_calls import PartnerCalls
from adapters.storage.transaction import Rows, Store, Transaction
from adapters.trace import TRACE, Spans
from domain.errors import StorageUnavailableError
from domain.live_list import LivePage
from domain.meeting import Admission, Guest, Inside, Meeting, MeetingId
from domain.ports.attendance import Attendance
from domain.ports.video import VideoProvider
from domain.ports.webhook_registry import WebhookRegistry
from domain.presence import Seat
from domain.referral import Referral, ReferralId
from domain.webhook_registration import WebhookRegistration

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MeasuredVideo:
    """Each page of the live list is a call."""

    video: VideoProvider
    calls: PartnerCalls

    async def open(self, title: str) -> Meeting:
        return await self.calls("open", lambda: self.video.open(title))

    async def opened_within(self, title: str, seconds: float) -> Sequence[Meeting]:
        return await self.calls("opened_within", lambda: self.video.opened_within(title, seconds))

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        return await self.calls("admit", lambda: self.video.admit(guest, meeting))

    async def active_session(self, meeting: MeetingId) -> str | None:
        return await self.calls("active_session", lambda: self.video.active_session(meeting))

    async def inside(self, meeting: MeetingId) -> Inside | None:
        return await self.calls("inside", lambda: self.video.inside(meeting))

    async def live_pages(self) -> AsyncIterator[LivePage]:
        pages = self.video.live_pages()
        while (page := await self.calls("live_pages", lambda: anext(pages, None))) is not None:
            yield page

    async def close(self, meeting: MeetingId) -> None:
        await self.calls("close", lambda: self.video.close(meeting))


@dataclass(frozen=True, slots=True)
class MeasuredAttendance:
    attendance: Attendance
    calls: PartnerCalls

    async def referral(self, referral: ReferralId) -> Referral:
        return await self.calls("referral", lambda: self.attendance.referral(referral))

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        await self.calls(
            "set_in_meeting", lambda: self.attendance.set_in_meeting(seat, in_meeting=in_meeting)
        )


@dataclass(frozen=True, slots=True)
class MeasuredRegistry:
    registry: WebhookRegistry
    calls: PartnerCalls

    async def registrations(self) -> Sequence[WebhookRegistration]:
        return await self.calls("registrations", self.registry.registrations)

    async def register(self, url: str) -> bool:
        return await self.calls("register", lambda: self.registry.register(url))

    async def mend(self, registration: WebhookRegistration) -> None:
        await self.calls("mend", lambda: self.registry.mend(registration))

    async def remove(self, registration: WebhookRegistration) -> None:
        await self.calls("remove", lambda: self.registry.remove(registration))


@dataclass(frozen=True, slots=True)
class MeasuredStore:
    store: Store
    metrics: Metrics
    spans: Spans | None = None

    async def run(self, transaction: Transaction[T]) -> T:
        name = getattr(transaction, "__qualname__", "transaction")
        return await self._traced(name, self.store.run(transaction))

    async def read(self, statement: str, values: tuple[object, ...]) -> Rows:
        return await self._traced("read", self.store.read(statement, values))

    async def _traced(self, name: str, answer: Awaitable[T]) -> T:
        """A span for it only within another: what looks for work finds nothing most of the time."""
        if self.spans is None or TRACE.get() is None:
            return await self._measured(answer)
        with self.spans.transaction(name):
            return await self._measured(answer)

    async def _measured(self, answer: Awaitable[T]) -> T:
        started = time.perf_counter()
        try:
            return await answer
        except StorageUnavailableError:
            self.metrics.storage_failures.inc()
            raise
        finally:
            self.metrics.storage_seconds.observe(time.perf_counter() - started)

    async def check(self) -> None:
        await self.store.check()

    def now(self) -> float:
        return self.store.now()
