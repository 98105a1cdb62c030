"""The clock of a storage on PostgreSQL, over a database whose own clock is set by hand."""

from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from adapters.storage.clock import EVERY, NOTED, SLOWER, StorageClock, database_clock
from adapters.storage.transaction import Transaction
from tests.builders import NOON
from tests.clocks import Machine

HOUR = 3600.0
T = TypeVar("T")


@dataclass
class Database:
    """Answers as PostgreSQL does. Its own clock is ``machine.wall``; a question takes ``there``
    seconds to reach it, and the answer ``back`` seconds."""

    machine: Machine = field(default_factory=Machine)
    noted: float = 0.0
    there: float = 0.0
    back: float = 0.0

    async def run(self, transaction: Transaction[T]) -> T:
        try:
            next(transaction)
            self.machine.pass_by(self.there)
            told = {"now": self.machine.wall(), "noted": self.noted}
            self.machine.pass_by(self.back)
            _, (newest,) = transaction.send([told])
            assert isinstance(newest, float)
            self.noted = max(self.noted, newest)
            transaction.send([])
        except StopIteration as finished:
            result: T = finished.value
            return result
        raise AssertionError("one look is one question and one note at most")


@pytest.fixture
def database() -> Database:
    return Database()


async def an_instance(database: Database) -> StorageClock:
    """Its steady clock is another than every other instance's; its wall clock does not count."""
    started = database.machine.steady() * 7
    clock = database_clock(lambda: database.machine.steady() - started)
    await clock.look_again(database.run)
    return clock


async def later(database: Database, seconds: float, *clocks: StorageClock) -> None:
    for _ in range(int(seconds / EVERY)):
        database.machine.pass_by(EVERY)
        for clock in clocks:
            await clock.look_again(database.run)


async def test_instances_have_the_databases_time_whatever_their_own_clocks_say(
    database: Database,
) -> None:
    first = await an_instance(database)
    await later(database, 100, first)
    second = await an_instance(database)

    assert first() == second() == NOON.timestamp() + 100


@pytest.mark.parametrize("step", [HOUR, 20.0])
async def test_a_database_whose_clock_is_set_back_takes_no_instance_back(
    database: Database, step: float
) -> None:
    first, second = await an_instance(database), await an_instance(database)
    await later(database, 10, first, second)
    before = first()

    database.machine.set(-step)
    await first.look_again(database.run)
    one, other = first(), second()
    third = await an_instance(database)
    await second.look_again(database.run)

    assert one == pytest.approx(before, abs=SLOWER)
    assert one == pytest.approx(other, abs=SLOWER)
    assert one == pytest.approx(second(), abs=SLOWER)
    assert third() == pytest.approx(one, abs=NOTED + EVERY)


async def test_time_goes_on_slower_until_the_database_has_caught_up(database: Database) -> None:
    first, second = await an_instance(database), await an_instance(database)
    await later(database, 10, first, second)
    database.machine.set(-20)
    told = [first()]

    for _ in range(300):
        await later(database, 1, first, second)
        told.append(first())
        assert first() == pytest.approx(second(), abs=NOTED + EVERY)

    assert told == sorted(set(told))
    assert first() == second() == database.machine.wall()


async def test_a_database_whose_clock_is_set_forward_takes_all_instances_with_it(
    database: Database,
) -> None:
    first, second = await an_instance(database), await an_instance(database)

    database.machine.set(HOUR)
    await later(database, 1, first, second)

    assert first() == second() == database.machine.wall()


async def test_an_answer_that_took_long_does_not_unsettle_what_is_known_better(
    database: Database,
) -> None:
    clock = await an_instance(database)

    for database.there, database.back in ((4.0, 0.0), (0.0, 4.0), (1.0, 3.0)):
        await clock.look_again(database.run)
        assert clock() == database.machine.wall()


async def test_what_a_slow_answer_left_open_a_quick_one_settles(database: Database) -> None:
    database.there, database.back = 0.0, 4.0
    clock = await an_instance(database)
    behind = database.machine.wall() - clock()
    database.back = 0.0
    await clock.look_again(database.run)

    assert 0 <= behind <= 4
    assert clock() == database.machine.wall()


async def test_a_steady_clock_that_runs_wrong_is_put_right(database: Database) -> None:
    clock = database_clock(lambda: database.machine.steady() * 1.001)
    await clock.look_again(database.run)

    await later(database, 1000, clock)

    assert clock() == pytest.approx(database.machine.wall(), abs=SLOWER)
