"""What a wrong clock must not do: no update twice or out of order, no second meeting, no rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from dependency_injector import providers
from pydantic import SecretStr

from adapters.system import new_id
from application.sync_presence import SyncOutcome
from domain.delivery import Outcome, Verdict
from domain.errors import StartInProgressError
from domain.policies.backoff import LONGEST
from entrypoints.container import Container
from entrypoints.resources import open_resources
from entrypoints.settings import Settings
from tests.application.conftest import FaultyAttendance
from tests.application.test_engine import DOWN, a_body, received, soon
from tests.application.test_start_meeting import LEASE, killed_before_the_answer, started
from tests.builders import NOON, PORTAL, a_seat
from tests.clocks import Machine
from tests.rooms import FaultyRooms
from tests.waiting import all_done

HOUR = 3600.0
STEPS = pytest.mark.parametrize("step", [HOUR, 20.0, -20.0, -HOUR])


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def rooms(machine: Machine) -> FaultyRooms:
    """The provider's clock is its own, and three hours behind."""
    behind = NOON - timedelta(hours=3, seconds=machine.steady())
    return FaultyRooms(lambda: behind + timedelta(seconds=machine.steady()), new_id)


def an_instance(
    settings: Settings, machine: Machine, attendance: FaultyAttendance, rooms: FaultyRooms
) -> Container:
    container = Container(settings=settings)
    container.clock.override(providers.Object(machine.wall))
    container.since_boot.override(providers.Object(machine.steady))
    container.monotonic.override(providers.Object(machine.steady))
    container.random.override(providers.Object(lambda: 1.0))
    container.attendance.override(providers.Object(attendance))
    container.rooms.override(providers.Object(rooms))
    return container


@pytest.fixture
async def on_sqlite(
    settings: Settings, machine: Machine, attendance: FaultyAttendance, rooms: FaultyRooms
) -> AsyncIterator[Container]:
    container = an_instance(settings, machine, attendance, rooms)
    async with open_resources(container):
        yield container


@pytest.fixture(params=[20.0, HOUR])
async def two_instances(
    request: pytest.FixtureRequest,
    settings: Settings,
    fresh_postgres: str,
    attendance: FaultyAttendance,
    rooms: FaultyRooms,
) -> AsyncIterator[tuple[Container, Container]]:
    """The second's clock is ahead."""
    shared = settings.model_copy(update={"database_url": SecretStr(fresh_postgres)})
    ahead = Machine()
    ahead.set(request.param)
    async with AsyncExitStack() as stack:
        both = [an_instance(shared, one, attendance, rooms) for one in (Machine(), ahead)]
        for container in both:
            await stack.enter_async_context(open_resources(container))
        yield both[0], both[1]


async def works(container: Container) -> None:
    """Whatever is due is done."""
    work = container.work()
    while await work._claim():
        while work._in_hand:
            await all_done(work._in_hand)


async def test_what_one_instance_has_in_hand_another_with_a_clock_ahead_leaves_alone(
    two_instances: tuple[Container, Container], attendance: FaultyAttendance
) -> None:
    behind, ahead = two_instances
    attendance.meanwhile = lambda: works(ahead)

    await behind.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)
    attendance.meanwhile = lambda: works(behind)
    await ahead.report_presence()(PORTAL, a_seat(), soon(), in_meeting=False)

    assert [told.in_meeting for told in attendance.told] == [True, False]


async def test_a_newer_report_on_an_instance_with_a_clock_ahead_overtakes_none(
    two_instances: tuple[Container, Container], attendance: FaultyAttendance
) -> None:
    behind, ahead = two_instances
    answered: list[SyncOutcome] = []

    async def leaves() -> None:
        report = ahead.report_presence()
        answered.append(await report(PORTAL, a_seat(), soon(), in_meeting=False))

    attendance.meanwhile = leaves
    await behind.report_presence()(PORTAL, a_seat(), soon(), in_meeting=True)
    await works(ahead)

    assert answered == [SyncOutcome.LATER]
    assert [told.in_meeting for told in attendance.told] == [True, False]


async def test_instances_with_clocks_apart_open_one_meeting_for_one_key(
    two_instances: tuple[Container, Container], rooms: FaultyRooms
) -> None:
    behind, ahead = two_instances
    rooms.holding = True
    first = asyncio.create_task(started(behind))
    await asyncio.wait_for(rooms.reached.wait(), 10)
    with pytest.raises(StartInProgressError):
        await started(ahead)
    rooms.release.set()

    assert await first == await started(ahead) == await started(behind)
    assert len(rooms.rooms) == 1


@STEPS
async def test_a_step_of_the_clock_makes_no_second_meeting_of_one_key(
    on_sqlite: Container, machine: Machine, rooms: FaultyRooms, step: float
) -> None:
    await killed_before_the_answer(on_sqlite, rooms)
    machine.set(step)
    machine.pass_by(LEASE)
    meeting = await started(on_sqlite)

    assert [*rooms.rooms] == [meeting.id]
    assert await started(on_sqlite) == meeting


@STEPS
async def test_another_process_after_a_step_makes_no_second_meeting_of_one_key(
    settings: Settings,
    machine: Machine,
    attendance: FaultyAttendance,
    rooms: FaultyRooms,
    step: float,
) -> None:
    before = an_instance(settings, machine, attendance, rooms)
    async with open_resources(before):
        await killed_before_the_answer(before, rooms)
    machine.set(step)
    machine.pass_by(2 * LEASE)

    after = an_instance(settings, machine, attendance, rooms)
    async with open_resources(after):
        meeting = await started(after)

    assert [*rooms.rooms] == [meeting.id]


@STEPS
async def test_a_webhook_that_was_answered_is_applied_soon_whatever_the_clock_is_set_to(
    on_sqlite: Container, machine: Machine, attendance: FaultyAttendance, step: float
) -> None:
    attendance.failing = DOWN
    pending = await received(on_sqlite, a_body())
    attendance.failing = None
    machine.set(step)
    machine.pass_by(LONGEST)
    await works(on_sqlite)

    assert pending == Verdict(Outcome.PENDING)
    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}


@STEPS
async def test_a_restart_after_a_step_applies_what_waited(
    settings: Settings,
    machine: Machine,
    attendance: FaultyAttendance,
    rooms: FaultyRooms,
    step: float,
) -> None:
    attendance.failing = DOWN
    before = an_instance(settings, machine, attendance, rooms)
    async with open_resources(before):
        await received(before, a_body())
    attendance.failing = None
    machine.set(step)
    machine.restart(LONGEST)

    after = an_instance(settings, machine, attendance, rooms)
    async with open_resources(after):
        await works(after)

    assert attendance.flags_of() == {"dra-ana": False, "dr-bruno": False}
