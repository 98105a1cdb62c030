"""A partner is said to be unavailable once, and back once."""

import asyncio
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from adapters.metrics import Metrics
from adapters.partner_calls import ELSEWHERE, MANY, NOT_EVERYWHERE, PartnerCalls, PartnerState
from domain.errors import (
    DomainError,
    Partner,
    PartnerDeclinedError,
    PartnerRefusedError,
    PartnerUnavailableError,
    UnknownReferralError,
)
from domain.standing import Queue, Standing
from entrypoints.partner_news import PATIENCE, PartnerNews
from tests.clocks import Machine

AWAY = PartnerUnavailableError(Partner.ATTENDANCE, "no connection: Refused")


@pytest.fixture
def clock() -> Machine:
    return Machine()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("sqlite")


@pytest.fixture
def state(metrics: Metrics, clock: Machine) -> PartnerState:
    return PartnerState(Partner.ATTENDANCE, metrics, clock.steady)


@pytest.fixture
def calls(state: PartnerState, metrics: Metrics) -> PartnerCalls:
    return PartnerCalls(state, metrics)


async def call(
    calls: PartnerCalls, error: BaseException | None = None, operation: str = "referral"
) -> None:
    async def made() -> None:
        if error is not None:
            raise error

    try:
        await calls(operation, made)
    except (DomainError, asyncio.CancelledError):
        return


async def test_many_failures_in_a_row_are_said_once_with_their_reason(calls: PartnerCalls) -> None:
    with capture_logs() as lines:
        for _ in range(MANY + 5):
            await call(calls, AWAY)

    why = "attendance service: no connection: Refused"
    (line,) = lines
    assert line["event"] == "partner.unavailable"
    assert (line["partner"], line["why"]) == ("attendance service", why)


@pytest.mark.parametrize(
    "between",
    [
        None,
        UnknownReferralError("none"),
        PartnerDeclinedError(Partner.ATTENDANCE, 409),
        PartnerRefusedError(Partner.ATTENDANCE, 400),
    ],
    ids=str,
)
async def test_an_answer_of_any_kind_between_shows_that_it_is_there(
    calls: PartnerCalls, between: DomainError | None
) -> None:
    with capture_logs() as lines:
        for _ in range(MANY):
            for error in (*[AWAY] * (MANY - 1), between):
                await call(calls, error)

    assert lines == []


async def test_a_call_that_we_cut_off_says_nothing_of_the_partner(calls: PartnerCalls) -> None:
    with capture_logs() as lines:
        for _ in range(MANY):
            await call(calls, asyncio.CancelledError())

    assert lines == []


async def test_what_a_provider_may_not_have_says_only_that_it_is_there(
    metrics: Metrics, clock: Machine
) -> None:
    state = PartnerState(Partner.VIDEO, metrics, clock.steady)
    calls = PartnerCalls(state, metrics)
    with capture_logs() as lines:
        for operation in (*NOT_EVERYWHERE, *ELSEWHERE):
            for _ in range(MANY):
                await call(calls, AWAY, operation)
    assert lines == []

    for _ in range(MANY):
        await call(calls, AWAY, "inside")
    assert state.unavailable
    await call(calls, operation="webhook_key")
    assert state.answered_at is None
    await call(calls, operation="registrations")
    assert state.answered_at is not None


async def test_each_call_is_counted_by_its_result_and_measured(
    calls: PartnerCalls, metrics: Metrics
) -> None:
    for error in (None, AWAY, UnknownReferralError("none"), asyncio.CancelledError()):
        await call(calls, error)

    text = metrics.text().decode()
    for result in ("ok", "partner-unavailable", "unknown-referral", "cancelled"):
        labels = f'operation="referral",partner="attendance",result="{result}"'
        assert f"videochamadas_partner_calls_total{{{labels}}} 1.0" in text
    assert 'seconds_count{operation="referral",partner="attendance"} 4.0' in text


class Storage:
    """So many wait; of those from before, so many are left."""

    waiting = 0
    left = 0

    async def look(self, *, since: float | None = None) -> Standing:
        count = self.waiting if since is None else self.left
        some = Queue(count, 0.0)
        return Standing(some, Queue(0, 0.0), Queue(7, 0.0), Queue(0, 0.0), dead=0, refused=0)


async def test_a_partner_is_back_when_what_waited_is_through(
    calls: PartnerCalls, state: PartnerState, clock: Machine
) -> None:
    storage = Storage()
    news = PartnerNews([state], storage.look, clock.steady, clock.wall)
    for _ in range(MANY):
        await call(calls, AWAY)
    storage.waiting = 5
    await news()
    clock.pass_by(120)
    await call(calls)
    storage.left = 2

    with capture_logs() as early:
        await news()
    storage.left = 0
    clock.pass_by(3)
    with capture_logs() as lines:
        await news()
        await news()

    assert early == []
    (line,) = lines
    assert line["event"] == "partner.back"
    assert (line["after_s"], line["waited"], line["through"]) == (120, 5, 5)


async def test_a_partner_that_is_there_for_a_minute_is_back_whatever_still_waits(
    calls: PartnerCalls, state: PartnerState, clock: Machine
) -> None:
    storage = Storage()
    news = PartnerNews([state], storage.look, clock.steady, clock.wall)
    for _ in range(MANY):
        await call(calls, AWAY)
    storage.waiting, storage.left = 5, 1
    await news()
    await call(calls)
    await news()
    clock.pass_by(PATIENCE)

    with capture_logs() as lines:
        await news()

    assert [(line["waited"], line["through"]) for line in lines] == [(5, 4)]


async def test_a_partner_that_fails_again_is_not_back(
    calls: PartnerCalls, state: PartnerState, clock: Machine
) -> None:
    news = PartnerNews([state], Storage().look, clock.steady, clock.wall)
    for _ in range(MANY):
        await call(calls, AWAY)
    await call(calls)
    await call(calls, AWAY)

    with capture_logs() as lines:
        await news()
        await call(calls, AWAY)

    assert lines == []


async def test_nothing_waits_for_the_identity_provider(metrics: Metrics, clock: Machine) -> None:
    state, storage = PartnerState(Partner.IDENTITY, metrics, clock.steady), Storage()
    storage.waiting = storage.left = 5
    news, calls = (
        PartnerNews([state], storage.look, clock.steady, clock.wall),
        PartnerCalls(state, metrics),
    )
    for _ in range(MANY):
        await call(calls, AWAY, "keys")
    await news()
    await call(calls, operation="keys")
    with capture_logs() as lines:
        await news()

    assert [(line["partner"], line["waited"]) for line in lines] == [("identity provider", 0)]


async def test_while_partners_are_there_storage_is_not_asked(
    state: PartnerState, clock: Machine
) -> None:
    async def never(*, since: float | None = None) -> NoReturn:
        raise AssertionError(since)

    await PartnerNews([state], never, clock.steady, clock.wall)()
