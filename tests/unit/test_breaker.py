from domain.policies.breaker import REMEMBERED, Breaker
from domain.policies.retries import Retries
from tests.application.conftest import Clock


def failed(breaker: Breaker, *items: str) -> None:
    for item in items:
        breaker.failed(item, breaker.trying())


TEN = tuple(f"enc-{number}" for number in range(10))


def an_open_breaker(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    failed(breaker, *TEN)
    return breaker


def test_it_stays_closed_while_something_succeeds_in_between() -> None:
    breaker = Breaker(Clock())
    for number in range(20):
        failed(breaker, *(f"enc-{number}-{other}" for other in range(9)))
        breaker.succeeded("enc-ok")

    assert not breaker.open
    assert breaker.allows()


def test_one_item_that_fails_time_and_again_does_not_open_it() -> None:
    breaker = Breaker(Clock())
    failed(breaker, *["enc-1"] * 100)

    assert not breaker.open


def test_items_that_failed_before_are_no_news_after_a_success() -> None:
    breaker = Breaker(Clock())
    failed(breaker, *TEN[:9])
    breaker.succeeded("enc-ok")
    failed(breaker, *TEN)

    assert not breaker.open


def test_calls_that_hung_while_others_succeeded_do_not_open_it() -> None:
    breaker = Breaker(Clock())
    began = [(item, breaker.trying()) for item in TEN]
    breaker.succeeded("enc-ok")
    for item, when in began:
        breaker.failed(item, when)

    assert not breaker.open
    assert breaker.failing.keys() == {*TEN}


def test_it_remembers_only_so_many_items_that_failed() -> None:
    breaker = Breaker(Clock())
    failed(breaker, *(f"enc-{number}" for number in range(REMEMBERED + 5)))

    assert len(breaker.failing) == REMEMBERED


def test_few_that_failed_before_are_under_way_at_once_and_more_as_they_succeed() -> None:
    retries = Retries()
    begun = [retries.take() for _ in range(5)]
    retries.done(well=True)
    after_a_success = [retries.take() for _ in range(5)]
    retries.done(well=False)
    after_a_failure = retries.take()

    assert begun == [True, True, False, False, False]
    assert after_a_success == [True, True, False, False, False]
    assert not after_a_failure


def test_after_ten_that_failed_anew_only_one_try_each_pause_gets_through() -> None:
    clock = Clock()
    breaker = an_open_breaker(clock)

    tries = 0
    for _ in range(60):
        clock.pass_by(0.5)
        if breaker.allows():
            failed(breaker, "enc-1")
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

    breaker.succeeded("enc-1")

    assert breaker.allows()


def test_what_waits_may_be_tried_until_somebody_says_that_it_was() -> None:
    clock = Clock()
    breaker = an_open_breaker(clock)
    open_still = breaker.comes_back()
    breaker.succeeded("enc-1")
    asked = [breaker.comes_back(), breaker.comes_back()]
    breaker.came_back()
    clock.pass_by(breaker.rest)

    assert not open_still
    assert asked == [True, True]
    assert not breaker.comes_back()


def test_a_success_after_failures_brings_back_what_waits_at_most_once_each_rest() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    comes = []
    for _ in range(2):
        failed(breaker, "enc-1")
        breaker.succeeded("enc-ok")
        comes.append(breaker.comes_back())
        breaker.came_back()
    failed(breaker, "enc-1")
    breaker.succeeded("enc-ok")
    clock.pass_by(breaker.rest)

    assert comes == [True, False]
    assert breaker.comes_back()


def test_a_success_brings_nothing_back_when_nothing_failed() -> None:
    breaker = Breaker(Clock())

    breaker.succeeded("enc-ok")

    assert not breaker.comes_back()
