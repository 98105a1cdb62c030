"""``make prove``: every promise in full, a line for each with its figure; a broken one ends it.

What happens when processes are killed and several share the work, ``tests/chaos`` shows; ``make
prove`` ends with it. Name some to run only those: ``python -m tests.prove forgeries locked``.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from entrypoints.cli.serve import GRACE
from entrypoints.logs import configure_logs
from tests.databases import postgres
from tests.prove.backup import Backups, backups
from tests.prove.behind_nginx import BehindNginx, behind_nginx
from tests.prove.clocks import clock_steps, start_after_step
from tests.prove.console import Console, console
from tests.prove.cost import MIXES, push
from tests.prove.costly_json import CostlyJson, costly_json
from tests.prove.draining import Draining, draining
from tests.prove.expiry import Expiry, expiry
from tests.prove.forgery import forgeries
from tests.prove.frozen import Frozen, frozen
from tests.prove.generated import generated
from tests.prove.image import Built, image
from tests.prove.in_turns import Cost, metrics_cost, traces_cost
from tests.prove.locked import Locked, locked
from tests.prove.lost_ends import A_TENTH, LostEnds, lost_ends
from tests.prove.metrics import Nameless, Told, nameless, told
from tests.prove.nasties import nasties, slow_clients
from tests.prove.no_collector import NoCollector, no_collector
from tests.prove.outage import Backlog, backlog
from tests.prove.repeats import repeats
from tests.prove.shard import SICKNESSES, sick_shard
from tests.prove.simulated_ends import SimulatedEnds, simulated_ends
from tests.prove.starts import killed_start, one_key, one_referral
from tests.prove.strangers import strangers
from tests.prove.streams import Instances, Streams, streams, streams_of_instances

ANSWER_LIMIT = 2.6
DRAIN_LIMIT = 300.0
HEALING_LIMIT = 120.0
HEALTHY_LIMIT = 2.0
READING_LIMIT = 10.0  # milliseconds
MEETING_LIMIT = 5.5
FROZEN_LIMIT = 10.0
GROWTH = 30.0
LOCKED_OUT = 100
SEEN_LIMIT = 1.0
MOST_HELD_UP = 250.0  # milliseconds
METRICS_SHARE = 0.02
TRACES_SHARE = 0.05
"""A trace that is sent on: read or made, in the log line, in three calls to partners."""
MOST_LINES = 6
"""Of a minute in which no span gets through."""
MOST_STOP = 6.0
VIEWS_SHARE = 0.01
VIEWS_GROWTH = 4096.0  # kB

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


async def _metrics_cost(database: str) -> Cost:
    figures = await metrics_cost(database, 40, 300)
    assert figures.slower < METRICS_SHARE, figures
    return figures


async def _traces_cost(database: str) -> str:
    sent_on, spans = await traces_cost(database, 40, 300)
    assert sent_on.dearer < TRACES_SHARE, sent_on
    return f"{sent_on}; {spans}"


async def _no_collector(database: str) -> NoCollector:
    figures = await no_collector(database, 60)
    assert "traces.lost" in figures.lines, figures
    assert len(figures.lines) <= MOST_LINES, figures
    assert figures.stop < MOST_STOP, figures
    return figures


async def _sick_shards(database: str) -> str:
    told = []
    for number, sickness in enumerate(SICKNESSES):
        figures = await sick_shard(f"{database}.{number}", sickness)
        assert figures.usual <= HEALTHY_LIMIT, figures
        told.append(str(figures))
    return "; ".join(told)


async def _backlog(database: str) -> Backlog:
    figures = await backlog(database, 4_000)
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
    """Before this was limited, memory rose to 579 MB, and 4,475 refused webhooks were stored."""
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


async def _backups(database: str) -> Backups:
    figures = await backups(database, 8)
    assert figures.missing == 0 < figures.meanwhile, figures
    return figures


async def _draining(database: str) -> Draining:
    figures = await draining(database, 150, 5)
    assert not figures.failed, figures
    assert not figures.kept, figures
    assert (figures.stored, figures.code) == (figures.sent, 0), figures
    return figures


async def _image(_database: str) -> Built:
    figures = await image()
    assert (figures.status, figures.healthy, figures.written) == (200, True, 0), figures
    assert figures.user, figures
    return figures


async def _behind_nginx(database: str) -> BehindNginx | str:
    figures = await behind_nginx(database, 150, 5, stops=4, streams=20)
    if isinstance(figures, BehindNginx):
        assert not figures.failed, figures
        assert figures.stored == figures.sent, figures
        assert figures.told == figures.streams < figures.moved, figures
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


async def _console(database: str) -> Console:
    figures = await console(database, quiet=30, changes=2000)
    assert figures.idle < VIEWS_SHARE, figures
    assert figures.grown < VIEWS_GROWTH, figures
    return figures


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
    "generated": ("sqlite", lambda database: generated(database, 2_000, processes=8)),
    "strangers": ("sqlite", lambda database: strangers(database, 100, processes=2)),
    "draining": ("sqlite", _draining),
    "image": ("sqlite", _image),
    "behind-nginx": ("postgres", _behind_nginx),
    "streams": ("sqlite", _streams),
    "streams-of-instances": ("postgres", _streams_of_instances),
    "console": ("sqlite", _console),
    "repeats-sqlite": ("sqlite", lambda database: repeats(database, 50)),
    "repeats-postgres": ("postgres", lambda database: repeats(database, 50)),
    "sick-shard": ("sqlite", _sick_shards),
    "lost-ends-sqlite": ("sqlite", _lost_ends),
    "lost-ends-postgres": ("postgres", _lost_ends),
    "simulated-ends": ("sqlite", _simulated_ends),
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
    "backup-sqlite": ("sqlite", _backups),
    "backup-postgres": ("postgres", _backups),
    "pushes": ("sqlite", _pushes),
    "nameless-metrics": ("sqlite", _nameless),
    "told-outage": ("sqlite", _told),
    "metrics-cost": ("sqlite", _metrics_cost),
    "expiry-sqlite": ("sqlite", _expiry),
    "expiry-postgres": ("postgres", _expiry),
    "traces-cost": ("sqlite", _traces_cost),
    "no-collector": ("sqlite", _no_collector),
}
"""Chaos kills during starts too, by luck; ``killed-start-*`` is certain to."""


WAITING = {
    "killed-start-sqlite",
    "killed-start-postgres",
    "lost-ends-sqlite",
    "lost-ends-postgres",
    "no-collector",
    "clock-steps",
    "clock-steps-start",
    "told-outage",
}
"""They wait for real leases, outages and a provider's rate, and use next to no processor, so they
run at once."""


def main() -> None:
    configure_logs("error", "console")
    wanted = sys.argv[1:] or list(PROOFS)
    alone = [[name] for name in wanted if name not in WAITING]
    with postgres() as server:
        for names in [*alone, [name for name in wanted if name in WAITING]]:
            asyncio.run(_prove(names, server))


async def _prove(names: Sequence[str], server: str) -> None:
    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(_proved(name, server))


async def _proved(name: str, server: str) -> None:
    kind, proof = PROOFS[name]
    async with _database(kind, server, f"proof_{name.replace('-', '_')}") as database:
        print(f"{name:22} {await proof(database)}", flush=True)


@asynccontextmanager
async def _database(kind: str, server: str, name: str) -> AsyncIterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/storage.db"
    else:
        connection = await asyncpg.connect(server)
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        yield server.rpartition("/")[0] + f"/{name}"


if __name__ == "__main__":
    main()
