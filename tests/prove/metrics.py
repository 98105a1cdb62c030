"""A thousand referrals leave no id in the metrics; what an outage leaves there and in the log."""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from adapters.standing_gauges import PREFIX
from tests.e2e.processes import free_port, running
from tests.prove.partner import Partner, attendance
from tests.prove.service import READY, Event, environment, post, until_told

ID = re.compile(r"(?:enc|m|dra|dr|session)-\w*\d")
QUIET = {"request"}
"""Events that tell of requests, not of changes."""


@dataclass(frozen=True, slots=True)
class Nameless:
    """How many referrals there was traffic about, how many series that left, and ids in them."""

    referrals: int
    series: int
    named: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.referrals:,} referrals: {self.series} series, {len(self.named)} ids in them"


@dataclass(frozen=True, slots=True)
class Told:
    """The log's lines in an outage, but for requests; how many waited for how long at its end, and
    afterwards; and what ``partner.back`` says."""

    lines: tuple[str, ...]
    waiting: float
    oldest: float
    unavailable: float
    left: float
    waited: int
    through: int

    def __str__(self) -> str:
        return (
            f"{', '.join(self.lines)}; at its end {self.waiting:.0f} waited, the oldest for "
            f"{self.oldest:.0f} s, and {self.through} of {self.waited} got through"
        )


async def scraped(url: str) -> dict[str, float]:
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        assert answer.status == 200, answer.status
        lines = (await answer.text()).splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


async def nameless(database: str, referrals: int) -> Nameless:
    port = free_port()
    async with attendance() as partner:
        env = _env(partner, database, port)
        async with (
            running("serve", until=READY, **env),
            aiohttp.ClientSession(f"http://127.0.0.1:{env['PORT']}") as client,
        ):
            sent = [Event(f"enc-{number}", f"m-{number}") for number in range(referrals)]
            await _all(client, sent)
            series = await scraped(f"http://127.0.0.1:{port}/metrics")
    return Nameless(referrals, len(series), tuple(name for name in series if ID.search(name)))


async def told(database: str, seconds: float, events_a_second: float = 20) -> Told:
    """The attendance service is down for so long, under traffic."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/metrics"
    async with attendance() as partner:
        env = {**_env(partner, database, port), "LOG_LEVEL": "info", "LOG_FORMAT": "json"}
        async with (
            running("serve", until=READY, **env) as service,
            aiohttp.ClientSession(f"http://127.0.0.1:{env['PORT']}") as client,
        ):
            sent = [Event(f"enc-{n}", f"m-{n}") for n in range(int(seconds * events_a_second))]
            partner.mode = "down"
            for event in sent:
                await post(client, event)
                await asyncio.sleep(1 / events_a_second)
            during = await scraped(url)
            partner.mode = "up"
            await until_told(partner, set().union(*(event.marks for event in sent)), 60)
            while "partner.back" not in service.errors:  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.1)
            after = await scraped(url)
            finished = await service.stop()
    lines = [json.loads(line) for line in finished.errors.splitlines() if line[:1] == "{"]
    changes = [line for line in lines if line["event"] not in QUIET]
    back = next(line for line in changes if line["event"] == "partner.back")
    return Told(
        tuple(line["event"] for line in changes),
        _waiting(during, "waiting"),
        during[f'{PREFIX}_waiting_oldest_seconds{{kind="delivery"}}'],
        during[f'{PREFIX}_partner_unavailable{{partner="attendance"}}'],
        _waiting(after, "waiting"),
        back["waited"],
        back["through"],
    )


def _waiting(series: dict[str, float], name: str) -> float:
    return sum(series[f'{PREFIX}_{name}{{kind="{kind}"}}'] for kind in ("delivery", "update"))


def _env(partner: Partner, database: str, metrics_port: int) -> dict[str, str]:
    return {**environment(partner, database, free_port()), "METRICS_PORT": str(metrics_port)}


async def _all(client: aiohttp.ClientSession, events: Sequence[Event], at_once: int = 16) -> None:
    waiting = iter(events)

    async def some() -> None:
        for event in waiting:
            await post(client, event)

    await asyncio.gather(*(some() for _ in range(at_once)))
