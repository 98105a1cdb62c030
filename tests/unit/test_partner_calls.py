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

UNAVAILABLE = 'videochamadas_partner_unavailable{partner="attendance"} 1.0'
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


async def test_it_is_measured_how_long_a_call_took(state: PartnerState, clock: Machine) -> None:
    calls = PartnerCalls(state, state.metrics, clock=clock.steady)

    async def slow() -> None:
        clock.pass_by(0.75)

    await calls("referral", slow)

    labels = 'operation="referral",partner="attendance"'
    assert f"call_seconds_sum{{{labels}}} 0.75" in state.metrics.text().decode()


class Storage:
    """So many wait; of those from before, so many are left."""

    waiting = 0
    left = 0

    def __init__(self) -> None:
        self.since: list[float | None] = []

    async def look(self, *, since: float | None = None) -> Standing:
        self.since.append(since)
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
        clock.pass_by(10)
    assert UNAVAILABLE in state.metrics.text().decode()
    storage.waiting = 5
    await news()
    clock.pass_by(120 - 10 * MANY)
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
    assert UNAVAILABLE not in state.metrics.text().decode()


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


@pytest.mark.parametrize(
    ("partner", "operation", "waited"),
    [
        (Partner.ATTENDANCE, "referral", 1 + 2),
        (Partner.VIDEO, "open", 4),
        (Partner.IDENTITY, "keys", 0),
    ],
)
async def test_what_waits_for_a_partner_is_of_its_own_kind(
    metrics: Metrics, clock: Machine, partner: Partner, operation: str, waited: int
) -> None:
    async def look(*, since: float | None = None) -> Standing:
        one, two, four, eight = (Queue(count, 0.0) for count in (1, 2, 4, 8))
        return Standing(one, two, four, eight, dead=16, refused=32)

    state = PartnerState(partner, metrics, clock.steady)
    news, calls = PartnerNews([state], look, clock.steady, clock.wall), PartnerCalls(state, metrics)
    for _ in range(MANY):
        await call(calls, AWAY, operation)
    await news()
    await call(calls, operation=operation)
    clock.pass_by(PATIENCE)
    with capture_logs() as lines:
        await news()

    told = [(line["partner"], line["waited"], line["through"]) for line in lines]
    assert told == [(partner.value, waited, 0)]


async def test_a_second_outage_is_counted_anew(
    calls: PartnerCalls, state: PartnerState, clock: Machine
) -> None:
    storage = Storage()
    news = PartnerNews([state], storage.look, clock.steady, clock.wall)
    storage.waiting, storage.left, began = 5, 7, 0.0
    for _ in range(2):
        for _ in range(MANY):
            await call(calls, AWAY)
        await news()
        await call(calls)
        await news()
        began = clock.wall()
        clock.pass_by(10)
    with capture_logs() as first:
        storage.left = 0
        await news()
        for _ in range(MANY):
            await call(calls, AWAY)
        await call(calls)
        await news()

    assert storage.since[-2] == began
    assert [line["waited"] for line in first if line["event"] == "partner.back"] == [5, 0]


async def test_more_may_wait_at_the_end_than_were_seen_before(
    calls: PartnerCalls, state: PartnerState, clock: Machine
) -> None:
    storage = Storage()
    storage.waiting, storage.left = 1, 5
    news = PartnerNews([state], storage.look, clock.steady, clock.wall)
    for _ in range(MANY):
        await call(calls, AWAY)
    await news()
    await call(calls)
    await news()
    clock.pass_by(PATIENCE)
    with capture_logs() as lines:
        await news()

    assert [(line["waited"], line["through"]) for line in lines] == [(5, 0)]


async def test_while_partners_are_there_storage_is_not_asked(
    state: PartnerState, clock: Machine
) -> None:
    async def never(*, since: float | None = None) -> NoReturn:
        raise AssertionError(since)

    await PartnerNews([state], never, clock.steady, clock.wall)()
