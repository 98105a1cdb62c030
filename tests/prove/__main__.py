"""``make prove``: every promise in full, a line for each with its figure; a broken one ends it.

What happens when processes are killed and several share the work, ``tests/chaos`` shows; ``make
prove`` ends with it. Name some to run only those: ``python -m tests.prove forgeries locked``.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from entrypoints.cli.serve import GRACE
from entrypoints.logs import configure_logs
from tests.databases import postgres
from tests.prove.clocks import clock_steps, start_after_step
from tests.prove.cost import MIXES, push
from tests.prove.costly_json import CostlyJson, costly_json
from tests.prove.draining import Draining, draining
from tests.prove.expiry import Expiry, expiry
from tests.prove.forgery import forgeries
from tests.prove.frozen import Frozen, frozen
from tests.prove.generated import generated
from tests.prove.locked import Locked, locked
from tests.prove.lost_ends import A_TENTH, LostEnds, lost_end, lost_ends
from tests.prove.metrics import Nameless, Told, nameless, told
from tests.prove.metrics_cost import MetricsCost, metrics_cost
from tests.prove.nasties import nasties, slow_clients
from tests.prove.outage import FAULTS, Backlog, backlog, half_refused, outage
from tests.prove.presence import orders
from tests.prove.repeats import repeats
from tests.prove.shard import SICKNESSES, sick_shard
from tests.prove.simulated_ends import SimulatedEnds, simulated_ends
from tests.prove.starts import killed_start, one_key, one_referral
from tests.prove.story import Story, story
from tests.prove.strangers import strangers
from tests.prove.streams import Instances, Streams, streams, streams_of_instances

ANSWER_LIMIT = 2.6
RECOVERY_LIMIT = 30.0
DRAIN_LIMIT = 300.0
HEALING_LIMIT = 120.0
HEALTHY_LIMIT = 2.0
READING_LIMIT = 10.0  # milliseconds
MEETING_LIMIT = 5.5
FROZEN_LIMIT = 10.0
GROWTH = 30.0
LOCKED_OUT = 100
SEEN_LIMIT = 1.0
STORIES = 20
MOST_HELD_UP = 250.0  # milliseconds
METRICS_SHARE = 0.02

Proof = Callable[[str], Awaitable[object]]
"""Over a database; its figures say in one line what they are."""


async def _nameless(database: str) -> Nameless:
    figures = await nameless(database, 1000)
    assert not figures.named, figures
    return figures


async def _told(database: str) -> Told:
    figures = await told(database, 120)
    assert figures.lines == ("partner.unavailable", "partner.back"), figures
    assert (figures.unavailable, figures.left) == (1, 0), figures
    assert figures.through == figures.waited > 0, figures
    return figures


async def _metrics_cost(database: str) -> MetricsCost:
    figures = await metrics_cost(database, 60, 300)
    assert figures.slower < METRICS_SHARE, figures
    return figures


async def _outages(database: str) -> str:
    told = []
    for number, fault in enumerate(FAULTS):
        figures = await outage(f"{database}.{number}", fault, events=12)
        assert figures.slowest < ANSWER_LIMIT, figures
        assert figures.applied < RECOVERY_LIMIT, figures
        told.append(str(figures))
    return "; ".join(told)


async def _sick_shards(database: str) -> str:
    told = []
    for number, sickness in enumerate(SICKNESSES):
        figures = await sick_shard(f"{database}.{number}", sickness)
        assert figures.usual <= HEALTHY_LIMIT, figures
        told.append(str(figures))
    return "; ".join(told)


async def _backlog(database: str) -> Backlog:
    figures = await backlog(database, 12_000)
    assert figures.drained < DRAIN_LIMIT
    assert figures.slowest < ANSWER_LIMIT
    return figures


async def _costly_json(_database: str) -> CostlyJson:
    figures = costly_json()
    assert max(figures.webhook, figures.api) < READING_LIMIT, figures
    return figures


async def _lost_ends(database: str) -> LostEnds:
    figures = await lost_ends(database, 1000)
    assert (figures.shown_before, figures.shown_after) == (2000, 0), figures
    assert figures.seconds < HEALING_LIMIT, figures
    assert figures.a_minute <= A_TENTH, figures
    return figures


async def _simulated_ends(database: str) -> SimulatedEnds:
    """Beside 200 calls that go on."""
    figures = await simulated_ends(database, 5000, 200, A_TENTH)
    assert figures.seconds < HEALING_LIMIT, figures
    assert figures.a_minute <= A_TENTH, figures
    assert not figures.wrong, figures
    return figures


async def _locked(database: str) -> Locked:
    """It was 579 MB, with 4,475 webhooks stored for nobody."""
    figures = await locked(database, 40, LOCKED_OUT)
    slowest = dict(figures.slowest)
    assert slowest.pop("start") < MEETING_LIMIT, figures
    assert max(slowest.values()) < ANSWER_LIMIT, figures
    assert figures.highest - figures.before < GROWTH, figures
    assert (figures.unready, figures.lines) == (True, 1), figures
    assert figures.for_nobody < LOCKED_OUT / 4 < figures.refused, figures  # those of one batch
    return figures


async def _frozen(database: str) -> Frozen:
    figures = await frozen(database, 200)
    assert figures.lived, figures
    assert figures.slowest < ANSWER_LIMIT, figures
    assert figures.unlocked + figures.told < FROZEN_LIMIT, figures
    return figures


async def _draining(database: str) -> Draining:
    figures = await draining(database, 150, 5)
    assert not figures.failed, figures
    assert not figures.kept, figures
    assert (figures.stored, figures.code) == (figures.sent, 0), figures
    return figures


async def _streams(database: str) -> Streams:
    figures = await streams(database, 200, quiet=20)
    assert figures.slowest < SEEN_LIMIT, figures
    assert figures.closed < GRACE, figures
    return figures


async def _streams_of_instances(database: str) -> Instances:
    figures = await streams_of_instances(database, 20)
    assert figures.slowest < SEEN_LIMIT, figures
    return figures


async def _stories(database: str) -> str:
    told = [await _story(database, seed) for seed in range(STORIES)]
    flags, webhooks = sum(one.flags for one in told), sum(one.webhooks for one in told)
    return f"{STORIES} random stories: no wrong one of {flags} flags after {webhooks} webhooks"


async def _story(database: str, seed: int) -> Story:
    figures = await story(await _empty(database, seed), 200, seed)
    assert not figures.wrong, (seed, figures)
    return figures


async def _empty(database: str, number: int) -> str:
    """A database with nothing in it: another file, or the same one emptied."""
    if database.startswith("sqlite:"):
        return f"{database}.{number}"
    connection = await asyncpg.connect(database)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()
    return database


async def _pushes(database: str) -> str:
    folder, told = Path(database.removeprefix("sqlite:///")).parent, []
    for mix in MIXES:
        figures = await push(folder, mix, 10_000)
        assert figures.many <= 2 * figures.few, figures
        told.append(str(figures))
    return "a push at 100 and at 10,000 facts: " + "; ".join(told)


async def _expiry(database: str) -> Expiry:
    figures = await expiry(database, 200_000, 100)
    assert figures.waiting, figures
    assert figures.longest <= MOST_HELD_UP, figures
    return figures


PROOFS: dict[str, tuple[str, Proof]] = {
    "forgeries": ("sqlite", lambda database: forgeries(database, 10_016)),
    "nasties": ("sqlite", lambda database: nasties(database, None)),
    "costly-json": ("sqlite", _costly_json),
    "slow-clients": ("sqlite", slow_clients),
    "generated": ("sqlite", lambda database: generated(database, 10_000, processes=18)),
    "strangers": ("sqlite", lambda database: strangers(database, 100)),
    "draining": ("sqlite", _draining),
    "streams": ("sqlite", _streams),
    "streams-of-instances": ("postgres", _streams_of_instances),
    "repeats-sqlite": ("sqlite", lambda database: repeats(database, 50)),
    "repeats-postgres": ("postgres", lambda database: repeats(database, 50)),
    "outages": ("sqlite", _outages),
    "sick-shard": ("sqlite", _sick_shards),
    "orders": ("sqlite", lambda database: orders(database, 300)),
    "lost-end": ("sqlite", lost_end),
    "lost-ends-sqlite": ("sqlite", _lost_ends),
    "lost-ends-postgres": ("postgres", _lost_ends),
    "simulated-ends": ("sqlite", _simulated_ends),
    "stories-sqlite": ("sqlite", _stories),
    "stories-postgres": ("postgres", _stories),
    "half-refused": ("sqlite", half_refused),
    "backlog-sqlite": ("sqlite", _backlog),
    "backlog-postgres": ("postgres", _backlog),
    "one-key-sqlite": ("sqlite", lambda database: one_key(database, 100)),
    "one-key-postgres": ("postgres", lambda database: one_key(database, 100)),
    "one-referral": ("postgres", lambda database: one_referral(database, 100)),
    "killed-start-sqlite": ("sqlite", lambda database: killed_start(database, wait=True)),
    "killed-start-postgres": ("postgres", lambda database: killed_start(database, wait=True)),
    "clock-steps": ("sqlite", clock_steps),
    "clock-steps-start": ("sqlite", lambda database: start_after_step(database, wait=True)),
    "locked": ("sqlite", _locked),
    "frozen-instance": ("postgres", _frozen),
    "pushes": ("sqlite", _pushes),
    "nameless-metrics": ("sqlite", _nameless),
    "told-outage": ("sqlite", _told),
    "metrics-cost": ("sqlite", _metrics_cost),
    "expiry-sqlite": ("sqlite", _expiry),
    "expiry-postgres": ("postgres", _expiry),
}


def main() -> None:
    configure_logs("error", "console")
    wanted = sys.argv[1:] or list(PROOFS)
    with postgres() as server:
        for name in wanted:
            kind, proof = PROOFS[name]
            with _database(kind, server) as database:
                print(f"{name:22} {asyncio.run(_proved(proof, database))}", flush=True)


async def _proved(proof: Proof, database: str) -> object:
    return await proof(database)


@contextmanager
def _database(kind: str, server: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/storage.db"
    else:
        asyncio.run(_recreate(server))
        yield server.rpartition("/")[0] + "/proof"


async def _recreate(server: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute("DROP DATABASE IF EXISTS proof WITH (FORCE)")
    await connection.execute("CREATE DATABASE proof")
    await connection.close()


if __name__ == "__main__":
    main()
