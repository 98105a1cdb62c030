"""The random story: many consultations at once while messages are lost, doubled, late and out of
order, and updates arrive late, on a clock in hand and a real database."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from dependency_injector import providers

from domain.caller import Caller, TicketHolder
from domain.errors import DomainError
from domain.meeting import PersonId
from domain.presence import Seat
from entrypoints.container import Container
from entrypoints.resources import open_resources
from entrypoints.settings import Settings
from tests.application.conftest import Clock
from tests.builders import PORTAL
from tests.prove.consultations import LONGEST, Consultation
from tests.prove.simulated_ends import told
from tests.prove.story_partners import Later, Partners

BEGIN_WITHIN = 240.0
LATEST = 20.0
"""Seconds that a message is late at most."""
AFTER = 150.0
"""Seconds after the faults within which every flag must be right."""


@dataclass(frozen=True, slots=True)
class Story:
    """``wrong`` are the flags that differ from the provider's truth when the time is up, of
    ``flags``; ``inside`` is how many doctors are in a call by then."""

    flags: int
    inside: int
    webhooks: int
    wrong: tuple[Seat, ...]

    def __str__(self) -> str:
        known = f"{self.flags} flags after {self.webhooks} webhooks, {self.inside} doctors inside"
        return f"{known}: {len(self.wrong)} wrong"


async def story(database: str, consultations: int, seed: int, *, sweep: bool = True) -> Story:
    """Every flag is compared with the provider's truth, in both directions. Without the sweep some
    must be wrong."""
    chance, clock = random.Random(seed), Clock()
    began, later = clock(), Later(clock)
    faults_end = began + BEGIN_WITHIN + LONGEST + LATEST
    partners = Partners(clock, chance, later, faults_end)
    container = _container(database, clock, partners)
    async with open_resources(container):
        network = _Network(container, clock, chance, later)
        for number in range(consultations):
            one = Consultation(number, chance, clock, network.webhook, network.report)
            partners.consultations[one.meeting] = one
            starts = began + chance.uniform(0, BEGIN_WITHIN)
            if one.opened_here:
                later.at(starts, partial(network.opened, one))
            for after, deed in one.deeds():
                later.at(starts + after, deed)
        await _go_on(container, clock, later, faults_end + AFTER, sweep=sweep)
    truth = {
        Seat(one.referral, one.meeting, doctor): one.is_inside(doctor)
        for one in partners.consultations.values()
        for doctor in one.doctors
    }
    wrong = tuple(
        seat for seat, inside in truth.items() if partners.shown.get(seat, False) is not inside
    )
    return Story(len(truth), sum(truth.values()), network.webhooks, wrong)


@dataclass
class _Network:
    """A tenth is lost, a tenth comes twice, and half of it is late."""

    container: Container
    clock: Clock
    chance: random.Random
    later: Later
    webhooks: int = 0

    def webhook(self, body: bytes) -> None:
        self._send(lambda: self._receive(body))

    def report(self, one: Consultation, person: PersonId, in_meeting: bool) -> None:
        seat = Seat(one.referral, one.meeting, person)
        by_ticket = not in_meeting and one.opened_here
        caller = TicketHolder(person, one.meeting) if by_ticket else PORTAL
        self._send(lambda: self._reported(caller, seat, in_meeting=in_meeting))

    async def opened(self, one: Consultation) -> None:
        await self.container.meetings().add(one.meeting, one.referral, now=self.clock())

    def _send(self, arrive: Callable[[], Awaitable[object]]) -> None:
        kind = self.chance.random()
        for _ in range(0 if kind < 0.1 else 2 if kind < 0.2 else 1):
            late = self.chance.uniform(0, LATEST) if self.chance.random() < 0.5 else 0.3
            self.later.at(self.clock() + late, arrive)

    async def _receive(self, body: bytes) -> None:
        self.webhooks += 1
        await self.container.receive_webhook()({}, body, _soon())

    async def _reported(
        self, caller: Caller | TicketHolder, seat: Seat, *, in_meeting: bool
    ) -> None:
        try:
            if isinstance(caller, TicketHolder):
                await self.container.leave_meeting()(caller, seat, _soon())
            else:
                await self.container.report_presence()(caller, seat, _soon(), in_meeting=in_meeting)
        except DomainError as error:
            raise AssertionError(f"refused: {error.slug}") from error


async def _go_on(
    container: Container, clock: Clock, later: Later, until: float, *, sweep: bool
) -> None:
    listing, asking = container.sweep_live_list(), container.sweep_meeting()
    while clock() < until:
        await later.happen()
        await told(container)
        if not (sweep and (await listing() or await asking())):
            clock.pass_by(0.5)
    await told(container)


def _container(database: str, clock: Clock, partners: Partners) -> Container:
    container = Container(settings=Settings.model_validate({"database_url": database}))
    for adapter in (container.clock, container.stored_now, container.monotonic):
        adapter.override(providers.Object(clock))
    container.sleep.override(providers.Object(clock.nap))
    container.random.override(providers.Object(partners.chance.random))
    container.attendance.override(providers.Object(partners))
    container.rooms.override(providers.Object(partners))
    return container


def _soon() -> float:
    return asyncio.get_running_loop().time() + 30
