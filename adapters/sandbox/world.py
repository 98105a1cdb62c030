"""Both sandbox twins, with their calls, webhooks, signing key and faults."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import aiohttp

from adapters.sandbox.attendance import SandboxAttendance
from adapters.sandbox.calls import SandboxCalls
from adapters.sandbox.events import Event
from adapters.sandbox.faults import FaultPlan, Faults
from adapters.sandbox.in_process import AttendanceInProcess, TwinCalls, VideoInProcess
from adapters.sandbox.log import TwinLog
from adapters.sandbox.rooms import SandboxRooms
from adapters.sandbox.signing import SigningKey
from adapters.sandbox.webhooks import ALL_EVENTS, Registration, SandboxWebhooks
from domain.errors import Partner


@dataclass(slots=True)
class SandboxWorld:
    """``video`` and ``service`` are the twins behind the ports of a service in this process."""

    rooms: SandboxRooms
    calls: SandboxCalls
    webhooks: SandboxWebhooks
    key: SigningKey
    log: TwinLog
    attendance: SandboxAttendance
    faults: Faults
    attendance_faults: Faults
    video: VideoInProcess
    service: AttendanceInProcess

    @classmethod
    @asynccontextmanager
    async def open(
        cls, now: Callable[[], datetime], new_id: Callable[[], str], patience: float = 5.0
    ) -> AsyncIterator[Self]:
        """A world with its own HTTP session for the webhooks, closed at the end. ``patience`` is
        how many seconds a service in this process waits for a call."""
        key, faults, rooms = SigningKey(), Faults(), SandboxRooms(now, new_id)
        log, attendance, attendance_faults = TwinLog(rooms.timestamp), SandboxAttendance(), Faults()
        video = TwinCalls(Partner.VIDEO, faults, log, patience)
        service = TwinCalls(Partner.ATTENDANCE, attendance_faults, log, patience)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            webhooks = SandboxWebhooks(session, key, faults, new_id, rooms.timestamp)

            def tell(event: Event, prefix: str) -> None:
                log.happened(event)
                webhooks.tell(event, prefix)

            calls = SandboxCalls(rooms, tell)
            rooms.throw_out = calls.kick_all
            try:
                yield cls(
                    rooms,
                    calls,
                    webhooks,
                    key,
                    log,
                    attendance,
                    faults,
                    attendance_faults,
                    VideoInProcess(rooms, video),
                    AttendanceInProcess(attendance, service),
                )
            finally:
                await webhooks.close()

    @property
    def version(self) -> int:
        """Rises with whatever is noted of the twins."""
        return self.log.version + self.webhooks.version

    def register(self, url: str, host: str | None = None) -> None:
        """Send every event to that URL, as one that leads to this host."""
        now = self.rooms.timestamp()
        registration = Registration(
            id=self.rooms.new_id(),
            name="sandbox",
            url=url,
            events=ALL_EVENTS,
            enabled=True,
            created_at=now,
            updated_at=now,
            host=host,
        )
        self.webhooks.registrations[registration.id] = registration

    def reset(self) -> None:
        """Delete everything but the registered webhooks and the key, which the service needs."""
        self.rooms.rooms.clear()
        self.webhooks.forget()
        self.log.clear()
        self.attendance.reset()
        self.faults.follow(FaultPlan())
        self.attendance_faults.follow(FaultPlan())
