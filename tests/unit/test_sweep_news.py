"""What the sweep finds out is said to operators, by pseudonyms, and silence of webhooks once."""

import pytest
from structlog.testing import capture_logs

from adapters.callers.keyed_pseudonyms import KeyedPseudonyms
from adapters.metrics import Metrics
from adapters.sweep_news import MANY, SILENT, LoggedSweepNews
from domain.meeting import MeetingId, PersonId
from domain.presence import Seat
from domain.referral import ReferralId
from tests.builders import kept_secrets
from tests.clocks import Machine

SEAT = Seat(ReferralId("enc-1"), MeetingId("m-1"), PersonId("dra-ana"))


class Webhooks:
    newest = 3

    async def __call__(self) -> int:
        return self.newest


@pytest.fixture
def webhooks() -> Webhooks:
    return Webhooks()


@pytest.fixture
def clock() -> Machine:
    return Machine()


@pytest.fixture
async def news(webhooks: Webhooks, clock: Machine) -> LoggedSweepNews:
    """One that has looked before."""
    pseudonyms = KeyedPseudonyms(kept_secrets(b"secret"))
    made = LoggedSweepNews(Metrics("sqlite"), pseudonyms, webhooks, clock.steady)
    await made.look()
    return made


def test_a_correction_says_what_was_missing_and_no_id(news: LoggedSweepNews) -> None:
    with capture_logs() as lines:
        news.corrected(SEAT, into=False)

    (line,) = lines
    assert (line["event"], line["missing"]) == ("sweep.corrected", "left")
    assert "enc-1" not in str(line)
    assert "dra-ana" not in str(line)
    assert 'corrections_total{missing="left"} 1.0' in news.metrics.text().decode()


async def test_connections_that_nobody_told_of_and_a_silent_minute_are_said_once(
    news: LoggedSweepNews, webhooks: Webhooks, clock: Machine
) -> None:
    news.not_heard_of(MANY)
    with capture_logs() as early:
        await news.look()
    clock.pass_by(SILENT)
    with capture_logs() as lines:
        await news.look()
        await news.look()
    stopped = news.metrics.text().decode()
    webhooks.newest += 1
    clock.pass_by(30)
    with capture_logs() as back:
        await news.look()
        await news.look()

    assert early == []
    assert [(line["event"], line["connections"]) for line in lines] == [("webhooks.stopped", MANY)]
    assert "videochamadas_webhooks_stopped 1.0" in stopped
    assert [(line["event"], line["after_s"]) for line in back] == [("webhooks.back", 30)]
    assert "videochamadas_webhooks_stopped 0.0" in news.metrics.text().decode()


async def test_one_lost_webhook_is_not_silence(news: LoggedSweepNews, clock: Machine) -> None:
    news.not_heard_of(MANY - 1)
    clock.pass_by(SILENT)

    with capture_logs() as lines:
        await news.look()

    assert lines == []


async def test_a_webhook_between_begins_the_count_anew(
    news: LoggedSweepNews, webhooks: Webhooks, clock: Machine
) -> None:
    news.not_heard_of(MANY - 1)
    webhooks.newest += 1
    await news.look()
    news.not_heard_of(MANY - 1)
    clock.pass_by(SILENT)

    with capture_logs() as lines:
        await news.look()

    assert lines == []
