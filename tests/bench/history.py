"""How a request's cost grows with what is stored: two services, one with a long history."""

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from adapters.storage.sqlite import SqliteStore
from tests.bench.contenders import served
from tests.bench.figures import Figure
from tests.bench.kinds import KINDS, REPORT_OF_ONE, webhook
from tests.bench.partners import Partners
from tests.bench.stored import facts_of_one, history_of
from tests.bench.turns import Numbers, in_turns

TURNS = 3
FEW, MANY = "few", "many"


async def history(partners: Partners, numbers: Numbers, few: int, many: int) -> dict[str, Figure]:
    """What ``many`` of everything cost, divided by what ``few`` do."""
    figures: dict[str, Figure] = {}
    async with AsyncExitStack() as stack:
        servers = {}
        for name, count in ((FEW, few), (MANY, many)):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            await _fill(folder, count)
            servers[name] = await stack.enter_async_context(served(partners, folder))
        stored = f"with {many:,} deliveries, seats and facts stored / with {few:,}"
        for kind, what in (
            (KINDS["leave"], f"CPU of a leave {stored}"),
            (KINDS["webhook"], f"CPU of a webhook {stored}"),
            (REPORT_OF_ONE, f"CPU of a report whose seat has {many:,} reports / {few:,}"),
        ):
            connections = 1 if kind is REPORT_OF_ONE else 32
            found = await in_turns(
                servers, partners, kind, numbers, TURNS, kind.a_turn, connections
            )
            figures[f"history.{kind.name}"] = Figure(what, found[MANY].least / found[FEW].least)
    return figures


async def _fill(folder: Path, count: int) -> None:
    store = await SqliteStore.open(folder / "storage.db")
    now = store.now()
    await store.run(history_of(count, now, webhook(1).partition(b"\r\n\r\n")[2]))
    await store.run(facts_of_one(count, now))
    await store.close()
