import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policies.pace import NoTurnError, Pace
from domain.policies.rate import Rate
from tests.application.conftest import Clock

DYTE_A_THIRD = 2000 * 0.33
ROUNDING = 1e-6


def a_pace(rate: Rate) -> tuple[Pace, Clock]:
    clock = Clock(0.0)
    return Pace(rate, clock, clock.nap), clock


async def test_a_first_call_does_not_wait() -> None:
    pace, clock = a_pace(Rate(0.5))

    await pace.turn()

    assert clock() == 0


async def test_calls_made_together_are_counted_together() -> None:
    pace, clock = a_pace(Rate(0.5))

    await pace.turn(3)
    await pace.turn()

    assert clock() == 1.5


async def test_while_it_is_held_there_is_no_turn_and_then_one_after_the_other() -> None:
    pace, clock = a_pace(Rate(0.5, burst=4))

    pace.hold(90)
    pace.hold(30)
    with pytest.raises(NoTurnError):
        await pace.turn(patience=89)
    await pace.turn()
    first = clock()
    await pace.turn()

    assert (first, clock()) == (90, 90.5)


async def test_after_a_pause_a_burst_goes_at_once_and_then_one_after_the_other() -> None:
    pace, clock = a_pace(Rate(0.5, burst=4))
    clock.pass_by(3600)

    went = []
    for _ in range(6):
        await pace.turn()
        went.append(clock() - 3600)

    assert went == [0, 0, 0, 0, 0.5, 1]


async def test_a_call_that_would_wait_too_long_fails_at_once_and_is_not_counted() -> None:
    pace, clock = a_pace(Rate(10))
    await pace.turn()
    clock.pass_by(5)

    for _ in range(3):
        with pytest.raises(NoTurnError) as refused:
            await pace.turn(patience=2)
        assert refused.value.wait == 5
    clock.pass_by(5)
    await pace.turn(patience=0)

    assert clock() == 10


pauses = st.lists(st.one_of(st.just(0.0), st.floats(0, 90)), min_size=1, max_size=400)


@given(st.sampled_from([3, 20, 231, 700, DYTE_A_THIRD, 2000]), pauses)
async def test_no_minute_has_more_calls_than_the_limit(limit: float, pauses: list[float]) -> None:
    pace, clock = a_pace(Rate.bounded(limit))
    times = []
    for pause in pauses:
        clock.pass_by(pause)
        for _ in range(5):
            await pace.turn()
            times.append(clock())

    for first, begin in enumerate(times):
        within = sum(begin <= time < begin + 60 - ROUNDING for time in times[first:])
        assert within < limit + 1


async def test_a_caller_that_always_calls_gets_nearly_all_of_the_limit() -> None:
    pace, clock = a_pace(Rate.bounded(700))

    for _ in range(7000):
        await pace.turn()

    assert 600 < clock() < 620
