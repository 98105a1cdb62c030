"""All measurements, one after the other: each table is printed once it is there."""

import platform
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench.asking import asking
from tests.bench.away import away
from tests.bench.compared import compared
from tests.bench.connections import connections
from tests.bench.contenders import CONTENDERS, OURS, ours
from tests.bench.cores import ALL
from tests.bench.country import country
from tests.bench.figures import Figure, Figures, table_of
from tests.bench.growth import growth
from tests.bench.history import history
from tests.bench.instances import instances
from tests.bench.partners import Partners, partners
from tests.bench.startup import startup
from tests.bench.storage import storage
from tests.bench.turns import Numbers


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    requests: int = 20_000
    backlog: int = 11_500
    many: int = 100_000
    seconds: float = 3.0


async def everything(server: str, sizes: Sizes) -> None:
    """``server`` is a PostgreSQL."""
    numbers, figures = Numbers(), dict[str, Figure]()
    print(f"{len(ALL)} cores, {_processor()}, Python {platform.python_version()}\n", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with partners() as stub:
            figures |= await _beside_others(stub, folder, numbers, sizes)
            figures |= await startup(stub, folder)
            figures |= await _away(stub, numbers, sizes)
            figures |= await history(stub, numbers, 1000, sizes.many)
            figures |= await storage(folder, server, sizes.seconds)
            figures |= await asking(0.5)
            shared, of_one = await instances(stub, folder, server, numbers, (1, 2, 4))
    print(f"{shared}\n\n{table_of(figures)}\n\n{country(figures | of_one)}", flush=True)


async def _beside_others(stub: Partners, folder: Path, numbers: Numbers, sizes: Sizes) -> Figures:
    async with AsyncExitStack() as stack:
        servers = {
            name: await stack.enter_async_context(contender(stub, folder))
            for name, contender in CONTENDERS.items()
        }
        text, figures = await compared(servers, stub, numbers)
        print(f"{text}\n", flush=True)
        print(f"{await connections(servers, stub, numbers)}\n", flush=True)
        return figures | await growth(servers[OURS], stub, numbers, sizes.requests)


async def _away(stub: Partners, numbers: Numbers, sizes: Sizes) -> Mapping[str, Figure]:
    with tempfile.TemporaryDirectory() as folder:
        async with ours(stub, Path(folder)) as service:
            return await away(service, stub, numbers, sizes.backlog)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
