"""Thousands of calls end and no message tells it, on a clock in hand and a real database."""

import asyncio
from dataclasses import dataclass, field

from dependency_injector import providers

from domain.errors import Partner, PartnerUnavailableError
from domain.facts import Fact, PeerJoined
from domain.meeting import MeetingId, PersonId
from domain.presence import Seat
from domain.referral import Referral, ReferralId
from entrypoints.container import Container
from entrypoints.resources import open_resources
from entrypoints.settings import Settings
from tests.application.conftest import Clock
from tests.live_calls import LiveProvider, most_in_a_minute

FAULT = 120.0
"""Seconds for which the webhooks are lost and the provider answers nobody."""
LIMIT = 600.0


@dataclass
class Flags:
    """An attendance service that knows every referral, and what it was told last of each seat."""

    shown: dict[Seat, bool] = field(default_factory=dict)

    async def referral(self, referral: ReferralId) -> Referral:
        return Referral(referral, *_doctors(referral))

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        self.shown[seat] = in_meeting


@dataclass(frozen=True, slots=True)
class SimulatedEnds:
    """``seconds`` from the fault's end until every flag was right; ``a_minute`` is the most calls
    to the provider in any minute since then; ``wrong`` counts wrong flags of calls that go on."""

    ended: int
    seconds: float
    a_minute: int
    wrong: int

    def __str__(self) -> str:
        told = f"{self.ended} lost ends, simulated: right {self.seconds:.0f} s after the fault"
        return f"{told}, at most {self.a_minute} calls a minute"


async def simulated_ends(database: str, ended: int, live: int, a_minute: float) -> SimulatedEnds:
    """``live`` other calls go on. The sweep may make ``a_minute`` calls a minute."""
    clock, flags = Clock(), Flags()
    provider = LiveProvider(clock, clock.pass_by)
    given = {"database_url": database, "sweep_calls_per_second": a_minute / 60}
    container = Container(settings=Settings.model_validate(given))
    for adapter in (container.clock, container.stored_now, container.monotonic):
        adapter.override(providers.Object(clock))
    container.sleep.override(providers.Object(clock.nap))
    container.attendance.override(providers.Object(flags))
    container.rooms.override(providers.Object(provider))
    async with open_resources(container):
        for number in range(ended + live):
            await _begin(container, provider, clock, f"enc-{number}")
        await told(container)
        await _pass(container, clock, clock() + FAULT)
        assert all(flags.shown.values())
        provider.failing = PartnerUnavailableError(Partner.VIDEO, "a fault")
        over = {MeetingId(f"m-enc-{number}") for number in range(ended)}
        for meeting in over:
            del provider.peers[meeting]
        await _pass(container, clock, clock() + FAULT)
        provider.failing = None
        provider.times.clear()
        seats, began = [seat for seat in flags.shown if seat.meeting in over], clock()
        while any(flags.shown[seat] for seat in seats) and clock() < began + LIMIT:
            await _pass(container, clock, clock() + 1)
        wrong = sum(not flag for seat, flag in flags.shown.items() if seat.meeting not in over)
    return SimulatedEnds(ended, clock() - began, most_in_a_minute(provider.times), wrong)


async def _begin(container: Container, provider: LiveProvider, clock: Clock, name: str) -> None:
    """Both doctors join a meeting."""
    referral, meeting = ReferralId(name), MeetingId(f"m-{name}")
    provider.peers[meeting] = {(f"p-{doctor}", doctor) for doctor in _doctors(referral)}
    for peer, doctor in provider.peers[meeting]:
        joined = PeerJoined(doctor, peer, f"s-{meeting}")
        fact = Fact(f"joined:{peer}", referral, meeting, joined, clock())
        seat = Seat(referral, meeting, doctor)
        await container.presence().append(fact, seat, now=clock(), due=clock())


async def _pass(container: Container, clock: Clock, until: float) -> None:
    """Time passes, with both sweeps and the worker going on."""
    listing, asking = container.sweep_live_list(), container.sweep_meeting()
    while clock() < until:
        clock.pass_by(1)
        await listing()
        await asking()
        await told(container)


async def told(container: Container) -> None:
    """The attendance service is told whatever is due."""
    work = container.work()
    while await work._claim():
        while work._in_hand:
            await asyncio.wait(work._in_hand)


def _doctors(referral: ReferralId) -> tuple[PersonId, PersonId]:
    return PersonId(f"dra-{referral}"), PersonId(f"dr-{referral}")
