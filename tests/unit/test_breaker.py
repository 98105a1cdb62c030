from domain.policies.breaker import Breaker
from tests.application.conftest import Clock


def an_open_breaker(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(5):
        breaker.failed()
    return breaker


def test_it_stays_closed_while_failures_are_not_in_a_row() -> None:
    breaker = Breaker(Clock())
    for _ in range(20):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()

    assert not breaker.open
    assert breaker.allows()


def test_after_five_failures_in_a_row_only_one_try_each_pause_gets_through() -> None:
    clock = Clock()
    breaker = an_open_breaker(clock)

    tries = 0
    for _ in range(60):
        clock.pass_by(0.5)
        if breaker.allows():
            breaker.trying()
            breaker.failed()
            tries += 1

    assert tries == 6


def test_while_a_probe_is_under_way_nobody_else_gets_through_until_the_next_pause() -> None:
    clock = Clock()
    breaker = an_open_breaker(clock)
    clock.pass_by(5)
    breaker.trying()

    at_once = breaker.allows()
    clock.pass_by(4.9)
    shortly_before = breaker.allows()
    clock.pass_by(0.1)

    assert (at_once, shortly_before, breaker.allows()) == (False, False, True)


def test_asking_without_trying_uses_up_no_probe() -> None:
    clock = Clock()
    breaker = an_open_breaker(clock)
    clock.pass_by(5)

    assert breaker.allows()
    assert breaker.allows()


def test_one_success_closes_it() -> None:
    breaker = an_open_breaker(Clock())

    breaker.succeeded()

    assert breaker.allows()
