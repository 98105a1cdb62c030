from hypothesis import given
from hypothesis import strategies as st

from domain.policies.allowance import REMEMBERED, Allowance
from tests.application.conftest import Clock

ROUNDING = 1e-6


def test_a_minutes_worth_goes_at_once_and_one_more_must_wait_for_its_share() -> None:
    allowance = Allowance(30, Clock(0.0))

    assert [allowance.take("ana") for _ in range(31)] == [0.0] * 30 + [2.0]


def test_being_refused_costs_nothing() -> None:
    clock = Clock(0.0)
    allowance = Allowance(30, clock)
    for _ in range(100):
        allowance.take("ana")

    clock.pass_by(2)

    assert (allowance.take("ana"), allowance.take("ana")) == (0.0, 2.0)


def test_callers_do_not_use_up_one_anothers() -> None:
    allowance = Allowance(1, Clock(0.0))
    allowance.take("ana")

    assert (allowance.take("ana"), allowance.take("bruno")) == (60.0, 0.0)


def test_after_an_idle_minute_all_of_it_is_back() -> None:
    clock = Clock(0.0)
    allowance = Allowance(30, clock)
    for _ in range(30):
        allowance.take("ana")

    clock.pass_by(60)

    assert [allowance.take("ana") for _ in range(31)] == [0.0] * 30 + [2.0]


def test_many_new_callers_fill_no_memory_and_evict_none_at_the_limit() -> None:
    allowance = Allowance(2, Clock(0.0))
    at_the_limit = [f"limit-{number}" for number in range(100)]
    for caller in at_the_limit * 2:
        allowance.take(caller)

    for number in range(5 * REMEMBERED):
        allowance.take(f"stranger-{number}")

    assert all(allowance.take(caller) for caller in at_the_limit)
    assert len(allowance._earned) <= REMEMBERED


def test_the_caller_that_was_idle_longest_is_evicted_first() -> None:
    clock = Clock(0.0)
    allowance = Allowance(2, clock)
    for number in range(REMEMBERED + 1):
        allowance.take(f"stranger-{number}")
        clock.pass_by(0.001)

    assert f"stranger-{REMEMBERED // 10 - 1}" not in allowance._earned
    assert f"stranger-{REMEMBERED // 10}" in allowance._earned


asked = st.lists(st.tuples(st.floats(0, 40), st.sampled_from("abc")), max_size=200)


@given(st.integers(1, 20), asked)
def test_no_caller_gets_more_than_the_burst_and_what_was_earned_since(
    per_minute: int, asked: list[tuple[float, str]]
) -> None:
    clock = Clock(0.0)
    allowance = Allowance(per_minute, clock)
    taken: dict[str, list[float]] = {}
    for pause, caller in asked:
        clock.pass_by(pause)
        if allowance.take(caller) == 0:
            taken.setdefault(caller, []).append(clock())

    for times in taken.values():
        for first, begin in enumerate(times):
            for count, end in enumerate(times[first:], start=1):
                assert count <= per_minute + (end - begin) * per_minute / 60 + ROUNDING


@given(st.integers(1, 20), asked)
def test_a_caller_that_waits_as_long_as_told_may_call(
    per_minute: int, asked: list[tuple[float, str]]
) -> None:
    clock = Clock(0.0)
    allowance = Allowance(per_minute, clock)
    for pause, caller in asked:
        clock.pass_by(pause)
        if wait := allowance.take(caller):
            clock.pass_by(wait + ROUNDING)
            assert allowance.take(caller) == 0
