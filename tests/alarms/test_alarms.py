"""The alarms, evaluated on scrapes of the service while things go wrong in it.

Its clocks are moved by hand, and it is scraped as often as docs/operations.md says.
"""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from dependency_injector import providers
from structlog.testing import capture_logs

from adapters.sweep_news import MANY, SILENT
from adapters.system import new_id, utc_now
from domain.errors import Partner, PartnerTimeoutError, PartnerUnavailableError
from entrypoints.container import Container
from entrypoints.resources import open_resources
from entrypoints.settings import Settings
from tests.alarms.rules import ALERTS, INTERVAL, firing
from tests.alarms.series import Series
from tests.application.conftest import FaultyAttendance
from tests.application.test_engine import a_body, received, soon
from tests.builders import PORTAL, a_referral, a_seat
from tests.clocks import Machine
from tests.conftest import Serve
from tests.rooms import FaultyRooms
from tests.waiting import all_done

NAMED = tuple({*re.findall(r"videochamadas_\w+", ALERTS.read_text())})
"""Reading the other series takes longer than all else here."""
AWAY = PartnerUnavailableError(Partner.ATTENDANCE, "no connection: Refused")
UNAVAILABLE, WAITING, OPEN = (
    "VideochamadasPartnerUnavailable",
    "VideochamadasWaiting",
    "VideochamadasBreakerOpen",
)


@dataclass
class Watched:
    """The service, and what Prometheus has of it. ``traffic`` goes on before each scrape."""

    container: Container
    machine: Machine
    series: Series = field(default_factory=Series)
    seconds: float = 0.0
    traffic: Callable[[int], Awaitable[object]] | None = None

    async def scrape(self) -> None:
        lines = (await self.container.scrape()()).decode().splitlines()
        text = "".join(f"{line}\n" for line in lines if line.startswith(NAMED))
        self.series.scrape(text, self.seconds, job="videochamadas", instance="one")

    async def pass_by(self, seconds: float, every: float = INTERVAL) -> None:
        for _ in range(int(seconds / every)):
            self.machine.pass_by(every)
            self.seconds += every
            if self.traffic is not None:
                await self.traffic(int(self.seconds / INTERVAL))
            await self.scrape()

    def alarms(self) -> list[str]:
        return sorted({dict(one)["alertname"] for one in firing(self.series, self.seconds)})


@pytest.fixture
def attendance() -> FaultyAttendance:
    twin = FaultyAttendance()
    twin.put(a_referral())
    return twin


@pytest.fixture
async def watched(settings: Settings, attendance: FaultyAttendance) -> AsyncIterator[Watched]:
    machine, container = Machine(), Container(settings=settings)
    container.clock.override(providers.Object(machine.wall))
    container.since_boot.override(providers.Object(machine.steady))
    container.monotonic.override(providers.Object(machine.steady))
    container.attendance.override(providers.Object(attendance))
    async with open_resources(container):
        watched = Watched(container, machine)
        await watched.scrape()
        yield watched


def reporting(
    container: Container, attendance: FaultyAttendance
) -> Callable[[int], Awaitable[object]]:
    """Doctors of ever other referrals report, while the worker and the news go on."""
    work, news = container.work(), container.partner_news()

    async def traffic(turn: int) -> None:
        for number in range(3):
            seat = a_seat(referral=f"enc-{turn}-{number}")
            attendance.put(a_referral(seat.referral))
            await container.report_presence()(PORTAL, seat, soon(), in_meeting=True)
        await work._claim()
        while work._in_hand:
            await all_done(work._in_hand)
        await news()

    return traffic


async def test_two_minutes_without_the_attendance_service_are_an_alarm_and_all_is_through_after(
    watched: Watched, attendance: FaultyAttendance
) -> None:
    watched.traffic = reporting(watched.container, attendance)
    await watched.pass_by(60)
    before = watched.alarms()
    attendance.failing = AWAY
    with capture_logs() as lines:
        await watched.pass_by(45)
        early = watched.alarms()
        await watched.pass_by(75)
        during = watched.alarms()
        attendance.failing = None
        await watched.pass_by(60)
        left = await watched.container.standing().look()
    afterwards = watched.alarms()

    assert (before, early, during, afterwards) == ([], [], [UNAVAILABLE], [])
    assert [line["event"] for line in lines] == ["partner.unavailable", "partner.back"]
    assert (left.updates.count, left.deliveries.count) == (0, 0)


async def test_a_long_outage_is_an_alarm_also_for_what_waits_and_the_breaker(
    watched: Watched, attendance: FaultyAttendance
) -> None:
    watched.traffic = reporting(watched.container, attendance)
    attendance.failing = AWAY
    await watched.pass_by(120)
    before = watched.alarms()
    await watched.pass_by(30)
    waiting = watched.alarms()
    await watched.pass_by(240)

    assert (before, waiting) == ([UNAVAILABLE], [UNAVAILABLE, WAITING])
    assert watched.alarms() == [OPEN, UNAVAILABLE, WAITING]


async def test_a_database_that_is_away_is_an_alarm_until_it_is_back(
    watched: Watched, settings: Settings
) -> None:
    path = settings.database_url.get_secret_value().removeprefix("sqlite:///")
    await watched.pass_by(30)
    os.rename(path, f"{path}.away")
    await watched.pass_by(90)
    away = watched.alarms()
    os.rename(f"{path}.away", path)
    await watched.pass_by(30)

    assert (away, watched.alarms()) == (["VideochamadasStorageFailing"], [])


async def test_a_webhook_that_is_given_up_is_an_alarm_for_a_quarter_of_an_hour(
    watched: Watched,
) -> None:
    await watched.pass_by(15)
    before = watched.alarms()
    await received(watched.container, a_body(title="enc-9"))
    await watched.pass_by(15)
    risen = watched.alarms()
    await watched.pass_by(915, every=183)

    assert (before, risen, watched.alarms()) == ([], ["VideochamadasDeadLetters"], [])


async def test_connections_that_no_webhook_told_of_are_an_alarm_until_one_comes(
    watched: Watched,
) -> None:
    news = watched.container.sweep_news()
    await news.look()
    news.not_heard_of(MANY)
    await watched.pass_by(SILENT)
    await news.look()
    await watched.pass_by(15)
    stopped = watched.alarms()
    await received(watched.container, a_body())
    await news.look()
    await watched.pass_by(15)

    assert (stopped, watched.alarms()) == (["VideochamadasWebhooksStopped"], [])


async def test_a_doctor_who_cannot_start_a_meeting_three_times_is_an_alarm(
    serve: Serve, container: Container
) -> None:
    rooms = FaultyRooms(utc_now, new_id, refusing=PartnerTimeoutError(Partner.VIDEO, "hangs"))
    container.rooms.override(providers.Object(rooms))
    client, watched = await serve(container), Watched(container, Machine())
    await watched.scrape()
    for _ in range(3):
        await client.post("/api/dyte/meeting", json={"titleMeet": "enc-1001"})
        assert (await client.get("/health/ready")).status == 200
    await watched.pass_by(60)
    early = watched.alarms()
    await watched.pass_by(15)

    assert (early, watched.alarms()) == ([], [UNAVAILABLE, "VideochamadasServerErrors"])


async def test_a_service_that_tells_nothing_any_more_is_an_alarm(watched: Watched) -> None:
    await watched.pass_by(60)
    watched.series.scrape("", watched.seconds + INTERVAL, job="videochamadas", instance="one")
    watched.seconds += 150

    assert watched.alarms() == ["VideochamadasGone"]
