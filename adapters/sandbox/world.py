"""Both sandbox twins, with their calls, webhooks, signing key and faults."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

import aiohttp

from adapters.sandbox.attendance import SandboxAttendance
from adapters.sandbox.calls import SandboxCalls
from adapters.sandbox.faults import FaultPlan, Faults
from adapters.sandbox.rooms import SandboxRooms
from adapters.sandbox.signing import SigningKey
from adapters.sandbox.webhooks import ALL_EVENTS, Registration, SandboxWebhooks


@dataclass(slots=True)
class SandboxWorld:
    """``over_http``: the twins are served over HTTP, where calls to them can fail."""

    rooms: SandboxRooms
    calls: SandboxCalls
    webhooks: SandboxWebhooks
    key: SigningKey
    over_http: bool
    attendance: SandboxAttendance = field(default_factory=SandboxAttendance)
    faults: Faults = field(default_factory=Faults)
    attendance_faults: Faults = field(default_factory=Faults)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, now: Callable[[], datetime], new_id: Callable[[], str], *, over_http: bool
    ) -> AsyncIterator[Self]:
        """A world with its own HTTP session for the webhooks, closed at the end."""
        key, faults, rooms = SigningKey(), Faults(), SandboxRooms(now, new_id)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            webhooks = SandboxWebhooks(session, key, faults, new_id)
            calls = SandboxCalls(rooms, webhooks.tell)
            rooms.throw_out = calls.kick_all
            try:
                yield cls(rooms, calls, webhooks, key, over_http=over_http, faults=faults)
            finally:
                await webhooks.close()

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
        self.webhooks.deliveries.clear()
        self.attendance.reset()
        self.faults.follow(FaultPlan())
        self.attendance_faults.follow(FaultPlan())
