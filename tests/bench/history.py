"""How a request's cost grows with what is stored: two services, one with a long history."""

import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from adapters.storage.sqlite import SqliteStore
from tests.bench.contenders import served
from tests.bench.figures import Figure
from tests.bench.kinds import JOINED, JOINED_ONE, KINDS, REPORT_OF_ONE, webhook
from tests.bench.partners import Partners
from tests.bench.stored import history_of, joinings_of_one, reports_of_one
from tests.bench.turns import AT_ONCE, Numbers, in_turns

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
        stored = f"{many:,} deliveries, seats and facts stored / {few:,}"
        joining = "CPU of a webhook of somebody joining"
        for kind, what, at_once in (
            (KINDS["leave"], f"CPU of a leave, {stored}", AT_ONCE),
            (KINDS["webhook"], f"CPU of a webhook, {stored}", AT_ONCE),
            (JOINED, f"{joining}, {stored}", AT_ONCE),
            (JOINED_ONE, f"{joining} a meeting with {many:,} joinings / {few:,}", 1),
            (REPORT_OF_ONE, f"CPU of a report of a seat with {many:,} reports / {few:,}", 1),
        ):
            found = await in_turns(servers, partners, kind, numbers, connections=at_once)
            mine = found[FEW].least
            figures[f"{kind.name}.history"] = Figure(what, found[MANY].least / mine)
            if kind is JOINED:
                figures["joined.processor"] = Figure("joined: CPU a request", mine, "µs")
    return figures


async def _fill(folder: Path, count: int) -> None:
    store = await SqliteStore.open(folder / "storage.db")
    now = store.now()
    await store.run(history_of(count, now, webhook(1).partition(b"\r\n\r\n")[2]))
    await store.run(reports_of_one(count, now))
    await store.run(joinings_of_one(count, now))
    await store.close()
