"""Each storage has one clock, which all who use it go by, and which never goes back."""

from pathlib import Path

import pytest

from adapters.storage.clock import EVERY, LATELY, NOTED, database_clock, file_clock
from adapters.storage.postgres import PostgresStore
from adapters.storage.sqlite import SqliteStore
from adapters.storage.transaction import Transaction, one_statement
from tests.builders import NOON
from tests.clocks import Machine
from tests.older_schema import emptied, older_schema

HOUR = 3600.0
START = NOON.timestamp()
BOTH_WAYS = pytest.mark.parametrize("step", [HOUR, -HOUR], ids=["forward", "back"])


@pytest.fixture
def machine() -> Machine:
    return Machine()


async def opened(path: Path, machine: Machine) -> SqliteStore:
    return await SqliteStore.open(path / "storage.db", file_clock(machine.wall, machine.steady))


async def seconds_pass(machine: Machine, store: SqliteStore, seconds: int) -> None:
    for _ in range(seconds):
        machine.pass_by(1)
        await store.clock.look_again(store.run)


async def test_a_new_file_begins_with_the_machines_time(tmp_path: Path, machine: Machine) -> None:
    store = await opened(tmp_path, machine)
    machine.pass_by(5)

    assert store.now() == START + 5
    await store.close()


@BOTH_WAYS
async def test_setting_the_machines_clock_changes_nothing_while_a_file_is_open(
    tmp_path: Path, machine: Machine, step: float
) -> None:
    store = await opened(tmp_path, machine)
    machine.set(step)
    await seconds_pass(machine, store, 30)

    assert store.now() == START + 30
    await store.close()


@BOTH_WAYS
async def test_who_opens_a_file_that_another_process_uses_has_the_same_time(
    tmp_path: Path, machine: Machine, step: float
) -> None:
    service = await opened(tmp_path, machine)
    await seconds_pass(machine, service, 60)
    machine.set(step)
    command = await SqliteStore.open_existing(
        tmp_path / "storage.db", file_clock(machine.wall, machine.steady)
    )
    machine.pass_by(3)
    await command.clock.look_again(command.run)
    await service.clock.look_again(service.run)

    assert command.now() == service.now() == START + 63
    for store in (command, service):
        await store.close()


@pytest.mark.parametrize("off", [1.0, LATELY, 120.0])
@pytest.mark.parametrize("reboot", [False, True])
async def test_a_restart_after_the_machines_clock_was_set_back_does_not_go_back(
    tmp_path: Path, machine: Machine, off: float, reboot: bool
) -> None:
    store = await opened(tmp_path, machine)
    await seconds_pass(machine, store, 60)
    machine.pass_by(0.9)
    newest = store.now()
    await store.close()
    machine.set(-HOUR)
    machine.restart(off) if reboot else machine.pass_by(off)

    again = await opened(tmp_path, machine)

    assert newest <= again.now() <= newest + max(off, NOTED + EVERY + 5)
    assert reboot or again.now() == newest + off
    await again.close()


async def test_a_restart_after_a_while_has_the_machines_time(
    tmp_path: Path, machine: Machine
) -> None:
    store = await opened(tmp_path, machine)
    await store.close()
    machine.set(HOUR)
    machine.pass_by(LATELY + 1)

    again = await opened(tmp_path, machine)

    assert again.now() == machine.wall()
    await again.close()


@pytest.mark.parametrize("running_for", [5.0, 180 * 24 * HOUR], ids=["as long", "half a year"])
async def test_a_file_that_comes_from_another_machine_goes_by_the_time_of_this_one(
    tmp_path: Path, machine: Machine, running_for: float
) -> None:
    store = await opened(tmp_path, machine)
    await store.close()
    elsewhere = Machine(START + HOUR, machine.steady() + running_for)
    clock = file_clock(elsewhere.wall, elsewhere.steady, lambda: "another machine's start")

    restored = await SqliteStore.open(tmp_path / "storage.db", clock)

    assert restored.now() == elsewhere.wall()
    await restored.close()


async def test_a_process_that_was_stopped_meanwhile_follows_the_newest_time(
    tmp_path: Path, machine: Machine
) -> None:
    stopped = await opened(tmp_path, machine)
    machine.pass_by(LATELY + 1)
    machine.set(HOUR)
    other = await opened(tmp_path, machine)

    await stopped.clock.look_again(stopped.run)

    assert stopped.now() == other.now() == machine.wall()
    for store in (stopped, other):
        await store.close()


async def test_a_database_of_an_older_version_goes_on_from_its_newest_time(
    tmp_path: Path, machine: Machine
) -> None:
    store = await opened(tmp_path, machine)
    await store.run(emptied())
    await store.run(older_schema("sqlite", 13))
    stored = "INSERT INTO deliveries (key, event, received) VALUES ('key', '', $1)"
    await store.run(one_statement(stored, (START + HOUR,)))
    await store.close()

    newer = await opened(tmp_path, machine)

    assert newer.now() == START + HOUR
    await newer.close()


async def test_two_instances_on_postgres_have_the_databases_time(fresh_postgres: str) -> None:
    machines = [Machine(), Machine(START + 20, 77.0)]
    stores = [
        await PostgresStore.open(fresh_postgres, database_clock(one.steady)) for one in machines
    ]
    before = await stores[0].run(database_time())
    for store in stores:
        await store.clock.look_again(store.run)
    told = [store.now() for store in stores]
    after = await stores[0].run(database_time())

    assert before <= told[0] <= told[1] <= after
    for store in stores:
        await store.close()


async def test_time_goes_on_from_where_instances_left_it_when_postgres_was_set_back(
    fresh_postgres: str,
) -> None:
    first = await PostgresStore.open(fresh_postgres)
    ahead = first.now() + HOUR
    await first.run(noted(ahead))

    second = await PostgresStore.open_existing(fresh_postgres)
    await first.clock.look_again(first.run)

    for store in (first, second):
        assert ahead <= store.now() < ahead + HOUR
        await store.close()


def noted(at: float) -> Transaction[None]:
    yield "UPDATE clock SET at = $1", (at,)


def database_time() -> Transaction[float]:
    (row,) = yield "SELECT CAST(extract(epoch FROM clock_timestamp()) AS FLOAT) AS now", ()
    now: float = row["now"]
    return now
