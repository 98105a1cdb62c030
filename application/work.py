"""The worker: whatever is due is claimed, handled side by side, and never given up on."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from domain.claims import ClaimedClosing, ClaimedSeat
from domain.delivery import Delivery
from domain.errors import DomainError, StorageUnavailableError
from domain.policies.breaker import Breaker
from domain.ports.closings import Closings
from domain.ports.presence import PresenceUpdates
from domain.ports.webhooks import DeliveryQueue

log = logging.getLogger(__name__)

Claim = Delivery | ClaimedSeat | ClaimedClosing

SOON = 0.01
"""Seconds after one is through in which others may be, so that one question claims several."""
TURN = 10.0
"""Seconds after which suspects are looked for, however much else is due."""
CLOSINGS = 4
"""Closings in hand at once, beside all else: they wait for the video provider alone."""


@dataclass(slots=True)
class Work:
    """One loop per process. Times are seconds; ``most`` bounds the deliveries and updates that are
    in hand at once."""

    deliveries: DeliveryQueue
    updates: PresenceUpdates
    closings: Closings
    handle: Callable[[Delivery], Awaitable[object]]
    sync: Callable[[ClaimedSeat], Awaitable[object]]
    finish: Callable[[ClaimedClosing], Awaitable[object]]
    breaker: Breaker
    now: Callable[[], float]
    lease: float
    closing_lease: float
    most: int = 32
    poll: float = 0.5
    _in_hand: dict[asyncio.Task[None], Claim] = field(default_factory=dict)
    _stopping: bool = False
    _one_is_through: asyncio.Event = field(default_factory=asyncio.Event)
    _several_are_through: asyncio.Event = field(default_factory=asyncio.Event)
    _alone: asyncio.Task[None] | None = None
    _next_turn: float = field(init=False)

    def __post_init__(self) -> None:
        self._next_turn = self.now() + TURN

    async def run(self) -> None:
        """Until ``stop``; looks again every ``poll`` seconds when there is nothing to do."""
        while not self._stopping:
            self._one_is_through.clear()
            self._several_are_through.clear()
            try:
                found = await self._claim()
            except StorageUnavailableError:
                found = False  # storage says so itself, once
            except DomainError as error:
                log.warning("the worker cannot claim: %s", error.slug)
                found = False
            except Exception:
                log.exception("the worker crashed while claiming")
                found = False
            if not found or not self._room:
                await self._pause(self._one_is_through, self.poll)
            if not self._has_room:
                await self._pause(self._several_are_through, SOON)

    def stop_claiming(self) -> None:
        self._stopping = True
        self._one_is_through.set()
        self._several_are_through.set()

    async def stop(self, limit: float) -> None:
        """No new claims; what is in hand gets ``limit`` seconds, then its leases are given back."""
        self.stop_claiming()
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=limit)
        unfinished = dict(self._in_hand)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        for claim in unfinished.values():
            try:
                await self._release(claim)
            except DomainError as error:
                log.warning("a lease could not be given back: %s", error.slug)

    async def _claim(self) -> bool:
        """Whether anything was claimed. An open breaker lets one update or delivery through now and
        then; it holds no closing up.

        Whatever is in hand when a process dies loses its claim. So a suspect is tried alone: when
        nothing else is due, or when its turn has come and all else in hand is through.
        """
        if self.breaker.comes_back():
            await self.updates.hasten_seats(now=self.now())
            await self.deliveries.hasten_deliveries(now=self.now())
            self.breaker.came_back()
        if self._alone:
            return False
        found = await self._take_closings(CLOSINGS - self._closing, suspects=False)
        if self.breaker.allows():
            found += await self._take(1 if self.breaker.open else self._room, suspects=False)
        if not self._in_hand or self.now() >= self._next_turn:
            found += await self._take_suspect()
            self._next_turn = self.now() + TURN
        return found > 0

    @property
    def _closing(self) -> int:
        """How many closings are in hand."""
        return sum(isinstance(claim, ClaimedClosing) for claim in self._in_hand.values())

    @property
    def _room(self) -> int:
        """How many more updates and deliveries may be in hand."""
        return self.most - len(self._in_hand) + self._closing

    @property
    def _has_room(self) -> bool:
        """For several at once, since asking costs as much as for one."""
        return self._room >= self.most / 4

    async def _take_suspect(self) -> int:
        found = await self._take_closings(1, suspects=True)
        if not found and self.breaker.allows():
            found = await self._take(1, suspects=True)
        return found

    async def _take_closings(self, limit: int, *, suspects: bool) -> int:
        if limit <= 0:
            return 0
        closings = await self.closings.claim_closings(
            limit, now=self.now(), lease=self.closing_lease, suspects=suspects
        )
        self._start(closings, alone=suspects)
        return len(closings)

    async def _take(self, limit: int, *, suspects: bool) -> int:
        """How many were claimed; each is in hand before the next kind is asked for."""
        if limit <= 0:
            return 0
        now = self.now()
        seats = await self.updates.claim_seats(limit, now=now, lease=self.lease, suspects=suspects)
        self._start(seats, alone=suspects)
        if len(seats) >= limit:
            return len(seats)
        deliveries = await self.deliveries.claim_deliveries(
            limit - len(seats), now=now, lease=self.lease, suspects=suspects
        )
        self._start(deliveries, alone=suspects)
        return len(seats) + len(deliveries)

    def _start(self, claims: Iterable[Claim], *, alone: bool) -> None:
        for claim in claims:
            others = tuple(self._in_hand) if alone else ()
            task = asyncio.create_task(self._attempt(claim, others))
            self._in_hand[task] = claim
            self._alone = task if alone else self._alone
            task.add_done_callback(self._finished)

    async def _attempt(self, claim: Claim, after: Sequence[asyncio.Task[None]]) -> None:
        if after:
            await asyncio.wait(after)
        try:
            match claim:
                case Delivery():
                    await self.handle(claim)
                case ClaimedSeat():
                    await self.sync(claim)
                case ClaimedClosing():
                    await self.finish(claim)
        except DomainError as error:
            log.warning("an attempt failed: %s", error.slug)
        except Exception:
            log.exception("an attempt crashed")

    async def _release(self, claim: Claim) -> None:
        match claim:
            case Delivery():
                await self.deliveries.release_delivery(claim, now=self.now())
            case ClaimedSeat():
                await self.updates.release_seat(claim, now=self.now())
            case ClaimedClosing():
                await self.closings.release_closing(claim, now=self.now())

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._in_hand[task]
        if self._alone is task:
            self._alone = None
        self._one_is_through.set()
        if self._has_room:
            self._several_are_through.set()

    async def _pause(self, until: asyncio.Event, longest: float) -> None:
        """A stop ends it too."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longest):
                await until.wait()
