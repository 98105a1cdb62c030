"""Several processes on one port (``REUSE_PORT``) and one PostgreSQL, and what that has to do."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import asyncpg

from adapters.storage.postgres import PostgresStore
from tests.bench.contenders import MEETINGS, OURS, production
from tests.bench.cores import ALL
from tests.bench.figures import Figure, table
from tests.bench.kinds import ON_POSTGRES, Kind, webhook
from tests.bench.partners import Partners
from tests.bench.started import Started, processor, python, started
from tests.bench.stored import history_of, meetings_of
from tests.bench.turns import TURNS, Numbers, Turn, one_turn, sent
from tests.e2e.processes import free_port

CONNECTIONS = 64
"""To all processes together: the kernel deals them by chance."""
FILLED = "bench_filled"


@dataclass(frozen=True, slots=True)
class Shared:
    """Of one kind over several processes. ``database`` is the processor time of PostgreSQL's
    processes for each request in microseconds, ``commits`` its transactions that wrote."""

    rate: float
    p99: float
    processor: float
    database: float
    commits: float


async def instances(
    partners: Partners,
    folder: Path,
    server: str,
    numbers: Numbers,
    counts: Sequence[int],
    stored: int = MEETINGS,
) -> tuple[str, dict[str, Figure]]:
    """A database for each number of processes, with ``stored`` of everything. The table in
    Markdown, and figures of the first number."""
    rows: list[tuple[str, ...]] = []
    figures: dict[str, Figure] = {}
    filled = await _filled(server, stored)
    for count in counts:
        await _make(server, name := f"bench_{count}", of=filled)
        database = _at(server, name)
        async with AsyncExitStack() as stack:
            port = free_port()
            services = [
                await stack.enter_async_context(_instance(partners, folder, database, port))
                for _ in range(count)
            ]
            for kind in ON_POSTGRES:
                found = await _measured(services, partners, database, kind, numbers)
                rows.append(_row(kind, count, found))
                if count == counts[0]:
                    figures |= _figures(kind, found)
    head = ("request, processes", "a second", "p99 ms", "CPU µs", "database CPU µs", "commits")
    return table(head, rows), figures


async def _measured(
    services: Sequence[Started],
    partners: Partners,
    database: str,
    kind: Kind,
    numbers: Numbers,
) -> Shared:
    """The database's figures are of all turns together."""
    await sent(services[0], partners, kind, numbers.warm_up(kind), CONNECTIONS)
    client = await asyncpg.connect(database)
    before = await _spent(client)
    turns: list[Turn] = []
    for _ in range(TURNS):
        requests = numbers.a_turn(kind)
        turns.append(await one_turn(services, partners, kind, requests, CONNECTIONS))
    after = await _spent(client)
    await client.close()
    answered = sum(turn.answered for turn in turns)
    spent, commits = ((late - early) / answered for early, late in zip(before, after, strict=True))
    return Shared(
        median(turn.rate for turn in turns),
        median(turn.p99 for turn in turns),
        min(turn.processor for turn in turns),
        spent * 1e6,
        commits,
    )


async def _spent(client: asyncpg.Connection) -> tuple[float, int]:
    """Seconds of processor time of the server's processes that are there, and how many
    transactions have written."""
    pids = await client.fetch("SELECT pid FROM pg_stat_activity")
    newest = await client.fetchval("SELECT txid_snapshot_xmax(txid_current_snapshot())")
    return sum(processor(row["pid"]) for row in pids), newest


def _instance(
    partners: Partners, folder: Path, database: str, port: int
) -> AbstractAsyncContextManager[Started]:
    env = production(partners, database, port) | {"REUSE_PORT": "true"}
    command = (python(OURS), "-m", "tests.bench.unpaced", "serve")
    return started(command, port, ALL, env, folder / "log.instances")


async def _filled(server: str, count: int) -> str:
    """The name of a database with a history, so that plans are those of a busy one."""
    await _make(server, FILLED)
    store = await PostgresStore.open(_at(server, FILLED))
    now = store.now()
    await store.run(meetings_of(count, now))
    await store.run(history_of(count, now, webhook(1).partition(b"\r\n\r\n")[2]))
    await store.close()
    connection = await asyncpg.connect(_at(server, FILLED))
    await connection.execute("VACUUM ANALYZE")  # as autovacuum does within minutes
    await connection.close()
    return FILLED


async def _make(server: str, name: str, of: str = "template1") -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {of}")
    await connection.close()


def _at(server: str, name: str) -> str:
    return f"{server.rpartition('/')[0]}/{name}"


def _row(kind: Kind, count: int, found: Shared) -> tuple[str, ...]:
    return (
        f"{kind.name}, {count}",
        f"{found.rate:,.0f}",
        f"{found.p99:.1f}",
        f"{found.processor:,.0f}",
        f"{found.database:,.0f}",
        f"{found.commits:.1f}",
    )


def _figures(kind: Kind, found: Shared) -> dict[str, Figure]:
    about = f"{kind.name}, PostgreSQL"
    return {
        f"{kind.name}.postgres": Figure(f"{about}: CPU a request", found.processor, "µs"),
        f"{kind.name}.database": Figure(f"{about}: CPU of the database", found.database, "µs"),
        f"{kind.name}.commits": Figure(f"{about}: transactions that write", found.commits),
    }
