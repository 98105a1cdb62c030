"""The registration is killed at the fake provider: an alarm, until ``webhook ensure`` mends it."""

import asyncio
from collections.abc import Mapping

from dependency_injector import providers

from adapters.sandbox.world import SandboxWorld
from entrypoints.container import BETWEEN_LOOKS, Container
from entrypoints.settings import Settings
from entrypoints.settings_rules import load_settings
from tests.alarms.rules import INTERVAL, firing
from tests.alarms.series import Series
from tests.conftest import Serve
from tests.http.test_webhook_command import OTHERS, URL, Command, command, env, server
from tests.waiting import PATIENCE

__all__ = ["command", "env", "server"]

FIVE_MINUTES = 300.0
GAUGE = "videochamadas_webhook_unregistered"
ALARM = {
    ("alertname", "VideochamadasWebhookUnregistered"),
    ("severity", "critical"),
    ("job", "videochamadas"),
}


def test_a_registration_that_is_gone_is_an_alarm_within_five_minutes(settings: Settings) -> None:
    """A look, the longest call of it, a scrape, and a look at the rules."""
    assert BETWEEN_LOOKS + settings.partner_timeout + 2 * INTERVAL < FIVE_MINUTES


async def test_a_registration_that_is_killed_is_an_alarm_until_ensure_mends_it_and_again_is_nothing(
    env: Mapping[str, str], world: SandboxWorld, command: Command, settings: Settings, serve: Serve
) -> None:
    database = {"database_url": settings.database_url, "sweep": False}
    container = Container(settings=load_settings().model_copy(update=database))
    container.between_looks.override(providers.Object(0.02))
    for url in (URL, OTHERS):
        world.register(url)
    await serve(container)
    series = Series()

    async def scraped(at: float, gauge: int) -> set[frozenset[tuple[str, str]]]:
        """What fires once the gauge is so."""
        text = ""
        async with asyncio.timeout(PATIENCE):
            while f"\n{GAUGE} {gauge}.0\n" not in text:
                text = (await container.scrape()()).decode()
        series.scrape(text, at, job="videochamadas", instance="one")
        return firing(series, at)

    well = await scraped(0, 0)
    for one in list(world.webhooks.registrations.values()):
        if one.url == URL:
            del world.webhooks.registrations[one.id]
    killed = await scraped(15, 1)
    mended = await command("ensure")
    again_well, registered = await scraped(30, 0), dict(world.webhooks.registrations)
    again = await command("ensure")

    assert (well, killed, again_well) == (set(), {frozenset(ALARM)}, set())
    assert f"registered: {URL}\n" in mended.output  # beside the service's log
    assert f"registered already, nothing was changed: {URL}\n" in again.output
    assert world.webhooks.registrations == registered
    assert {one.url for one in registered.values()} == {URL, OTHERS}
