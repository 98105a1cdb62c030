"""Secrets are replaced while two instances serve: tickets that are out still leave."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from dependency_injector import providers

from adapters.kept_secrets import PSEUDONYMS, Secret
from adapters.storage.secrets import StoredSecrets
from adapters.storage.transaction import Store
from application.prune import DAY
from entrypoints.container import NOTICE, Container
from entrypoints.settings import Settings
from tests.application.conftest import Clock
from tests.conftest import Client, Serve
from tests.http.test_leave_ticket import beacon, entered
from tests.identity import asking
from tests.waiting import until

Instance = tuple[Container, Client]


@dataclass
class Noticed:
    """Says when the process has looked and found so many; the pseudonyms' come last. The first look
    that does may have read the tickets' before they were replaced, so there has to be a second."""

    store: Store
    wanted: int = 0
    looks: int = 0
    found: asyncio.Event = field(default_factory=asyncio.Event)

    async def secrets(self, name: str, candidate: bytes) -> Sequence[Secret]:
        read = await StoredSecrets(self.store).secrets(name, candidate)
        if name == PSEUDONYMS and len(read) == self.wanted:
            self.looks += 1
        if self.looks == 2:
            asyncio.get_running_loop().call_soon(self.found.set)
        return read

    async def replace(
        self, tickets: bytes, pseudonyms: bytes, *, since: float, revoke: bool
    ) -> float:
        stored = StoredSecrets(self.store)
        return await stored.replace(tickets, pseudonyms, since=since, revoke=revoke)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def instances(settings: Settings, clock: Clock, serve: Serve) -> list[Instance]:
    """Two on one database."""
    made = []
    for _ in range(2):
        changed = {**asking(), "cors_origins": frozenset({"https://app.example"})}
        container = Container(settings=settings.model_copy(update=changed))
        container.clock.override(providers.Object(clock))
        container.stored_now.override(providers.Object(clock))
        container.between_secrets.override(providers.Object(0.01))
        container.secrets.override(providers.Singleton(Noticed, store=container.store))
        made.append((container, await serve(container)))
    return made


def the(container: Container) -> Noticed:
    noticed = container.secrets()
    assert isinstance(noticed, Noticed)
    return noticed


async def rotated(instances: list[Instance], *, known: int, revoke: bool = False) -> None:
    """By one of them; then both have looked."""
    for container, _ in instances:
        noticed = the(container)
        noticed.wanted, noticed.looks, noticed.found = known, 0, asyncio.Event()
    await instances[0][0].rotate_secrets()("command-line", revoke=revoke)
    for container, _ in instances:
        await until(the(container).found)


async def test_tickets_of_before_between_and_after_two_rotations_leave_at_every_instance(
    instances: list[Instance], clock: Clock
) -> None:
    (first, one), (second, other) = instances
    out = [await entered(one, clock, "dra-ana")]
    marks = {first.loop_mark(), second.loop_mark()}
    names = [first.pseudonyms().of("dra-ana")]
    for known in (2, 3):
        await rotated(instances, known=known)
        out += [await entered(one, clock), await entered(other, clock)]
        assert first.pseudonyms().of("dra-ana") == second.pseudonyms().of("dra-ana") == names[-1]
        clock.pass_by(NOTICE + 1)
        out += [await entered(one, clock), await entered(other, clock)]
        names.append(first.pseudonyms().of("dra-ana"))

    answers = [await beacon(other, *ticket) for ticket in out]
    answers += [await beacon(one, *ticket) for ticket in out]

    assert answers == [200] * 18
    assert len({*names}) == 3
    assert second.pseudonyms().all_of("dra-ana") == names[::-1]
    assert second.pseudonyms().lasting("dra-ana") == names[0]
    assert {first.loop_mark(), second.loop_mark()} == marks
    assert len(marks) == 1


async def test_a_former_secret_is_dropped_a_day_after_it_was_replaced(
    instances: list[Instance], clock: Clock
) -> None:
    (first, one), _ = instances
    await rotated(instances, known=2)
    clock.pass_by(NOTICE + DAY - 1)
    await first.prune()()
    await first.ticket_secrets().look()
    kept = len(first.ticket_secrets().all)
    clock.pass_by(1)
    await first.prune()()
    await first.ticket_secrets().look()

    assert (kept, len(first.ticket_secrets().all)) == (2, 1)
    assert await beacon(one, *await entered(one, clock)) == 200


async def test_revoking_ends_the_tickets_that_are_out_and_no_later_ones(
    instances: list[Instance], clock: Clock
) -> None:
    _, (_, other) = instances
    out = await entered(other, clock)

    await rotated(instances, known=2, revoke=True)

    assert await beacon(other, *out) == 401
    assert await beacon(other, *await entered(other, clock)) == 200
