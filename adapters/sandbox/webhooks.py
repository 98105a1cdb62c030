"""Registered webhooks, and the delivery of events to them: signed, retried, with faults on demand.

Events are sent one after the other, in the order they happened, unless a fault changes that.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import aiohttp
import orjson

from adapters.sandbox.delivered import Attempt, Delivered, Met
from adapters.sandbox.events import Event, about
from adapters.sandbox.faults import Faults
from adapters.sandbox.signing import SigningKey

ALL_EVENTS = (
    "meeting.started",
    "meeting.ended",
    "meeting.participantJoined",
    "meeting.participantLeft",
)
DEADLINE = 3.0  # seconds
ATTEMPTS = 5
KEPT_DELIVERIES = 1000


@dataclass(frozen=True, slots=True)
class Registration:
    """A webhook as its owner registered it. Times are texts as the provider writes them.

    ``host`` is the name to send to, where it is not the URL's.
    """

    id: str
    name: str
    url: str
    events: Sequence[str]
    enabled: bool
    created_at: str
    updated_at: str
    host: str | None = None


class Outgoing(NamedTuple):
    """An event on its way to one registration."""

    registration: Registration
    event: Event
    prefix: str
    delivered: Delivered


@dataclass(slots=True)
class SandboxWebhooks:
    """Delivers events as the provider does.

    ``pause`` is the time in seconds before the second attempt; it doubles after each. ``version``
    rises with every change of ``deliveries``, which are the newest, in the order they happened.
    """

    session: aiohttp.ClientSession
    key: SigningKey
    faults: Faults
    new_id: Callable[[], str]
    timestamp: Callable[[], str]
    pause: float = 0.5
    registrations: dict[str, Registration] = field(default_factory=dict)
    deliveries: deque[Delivered] = field(default_factory=lambda: deque(maxlen=KEPT_DELIVERIES))
    version: int = 0
    _number: int = 0
    _queue: list[Outgoing] = field(default_factory=list)
    _sender: asyncio.Task[None] | None = None
    _asides: set[asyncio.Task[None]] = field(default_factory=set)

    def tell(self, event: Event, prefix: str) -> None:
        """Queue an event for every registration that wants it; returns at once."""
        for registration in self.registrations.values():
            if registration.enabled and event["event"] in registration.events:
                self._enqueue(registration, event, prefix)
        if self._queue and (self._sender is None or self._sender.done()):
            self._sender = asyncio.create_task(self._send_queued())

    def forget(self) -> None:
        """Delete what is known of deliveries; those on their way go on."""
        self.deliveries.clear()
        self.version += 1

    def disable(self) -> None:
        """Switch every registration off; it stays."""
        for registration in self.registrations.values():
            self.registrations[registration.id] = replace(registration, enabled=False)

    async def settle(self) -> None:
        """Wait until all events so far are delivered or given up."""
        while self._sender or self._asides:
            tasks = [*self._asides, *([self._sender] if self._sender else [])]
            await asyncio.gather(*tasks)
            if self._sender and self._sender.done():
                self._sender = None

    async def close(self) -> None:
        """Give up the events that are not delivered yet."""
        tasks = [*self._asides, *([self._sender] if self._sender else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _enqueue(self, registration: Registration, event: Event, prefix: str) -> None:
        faults = self.faults.plan.webhooks
        first = self._noted(registration, event)
        if self.faults.happens(faults.drop):
            first.met.append(Met.LOST)
            return
        copies = [first]
        if self.faults.happens(faults.double):
            copies.append(self._noted(registration, event))
            copies[1].met.append(Met.DOUBLED)
        place = len(self._queue)
        if place and self.faults.happens(faults.reorder):
            place = self.faults.random.randrange(place)
            for copy in copies:
                copy.met.append(Met.REORDERED)
        self._queue[place:place] = [Outgoing(registration, event, prefix, one) for one in copies]

    def _noted(self, registration: Registration, event: Event) -> Delivered:
        self._number += 1
        self.version += 1
        told = (str(event["event"]), about(event), registration.url, self.new_id())
        delivered = Delivered(self._number, self.timestamp(), *told)
        self.deliveries.append(delivered)
        return delivered

    async def _send_queued(self) -> None:
        while self._queue:
            outgoing = self._queue.pop(0)
            faults = self.faults.plan.webhooks
            if self.faults.happens(faults.delay_rate):
                outgoing.delivered.met.append(Met.LATE)
                self.version += 1
                aside = asyncio.create_task(self._deliver(outgoing, faults.delay_seconds))
                self._asides.add(aside)
                aside.add_done_callback(self._asides.discard)
            else:
                await self._deliver(outgoing)

    async def _deliver(self, outgoing: Outgoing, after: float = 0) -> None:
        await asyncio.sleep(after)
        registration, event, prefix, delivered = outgoing
        body = orjson.dumps(event)
        wrong = self.faults.happens(self.faults.plan.webhooks.wrong_key)
        if wrong:
            delivered.met.append(Met.FORGED)
        signature = (SigningKey() if wrong else self.key).sign(body)
        headers = {
            "Content-Type": "application/json",
            f"{prefix}-signature": signature,
            f"{prefix}-uuid": delivered.uuid,
            f"{prefix}-webhook-id": registration.id,
            **({"Host": registration.host} if registration.host else {}),
        }
        for attempt in range(ATTEMPTS):
            status = await self._attempt(delivered, body, headers)
            if not _again(prefix, status):
                return
            await asyncio.sleep(self.pause * 2**attempt)

    async def _attempt(
        self, delivered: Delivered, body: bytes, headers: dict[str, str]
    ) -> int | None:
        attempt = Attempt(self.timestamp())
        delivered.attempts.append(attempt)
        self.version += 1
        timeout = aiohttp.ClientTimeout(total=DEADLINE)
        try:
            async with self.session.post(
                delivered.url, data=body, headers=headers, timeout=timeout
            ) as response:
                attempt.status = response.status
                attempt.outcome = response.headers.get("Webhook-Outcome")
        except (TimeoutError, aiohttp.ClientError, OSError):
            attempt.status = None
        attempt.answered_at = self.timestamp()
        self.version += 1
        return attempt.status


def _again(prefix: str, status: int | None) -> bool:
    """Dyte retries after anything but a 2xx; RealtimeKit after a 5xx or no answer."""
    if status is None or status >= 500:
        return True
    return prefix == "dyte" and status >= 300
