"""All measurements, one after the other: each table is printed once it is there."""

import platform
import tempfile
from pathlib import Path

from tests.bench.away import away
from tests.bench.compared import compared
from tests.bench.connections import connections
from tests.bench.cores import ALL
from tests.bench.country import country
from tests.bench.figures import table_of
from tests.bench.growth import growth
from tests.bench.history import history
from tests.bench.instances import instances
from tests.bench.partners import partners
from tests.bench.startup import startup
from tests.bench.storage import storage
from tests.bench.turns import Numbers

REQUESTS = 100_000
"""After which it is asked whether a process grew."""
BACKLOG = 12_000
"""Webhooks that are stored while the attendance service is away."""
FEW, MANY = 1_000, 100_000
"""Of everything, in the two databases that are compared."""
SECONDS = 3.0
"""For which each storage alone is written to."""
PROCESSES = (1, 2, 4)


async def everything(server: str) -> None:
    """``server`` is a PostgreSQL."""
    numbers = Numbers()
    print(f"{len(ALL)} cores, {_processor()}, Python {platform.python_version()}\n", flush=True)
    async with partners() as stub:
        text, figures = await compared(stub, numbers)
        print(f"{text}\n", flush=True)
        print(f"{await connections(stub, numbers)}\n", flush=True)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            figures |= await startup(stub, folder)
            figures |= await growth(stub, numbers, REQUESTS)
            figures |= await away(stub, numbers, BACKLOG)
            figures |= await history(stub, numbers, FEW, MANY)
            figures |= await storage(folder, server, SECONDS)
            shared, of_one = await instances(stub, folder, server, numbers, PROCESSES)
    print(f"{shared}\n\n{table_of(figures)}\n\n{country(figures | of_one)}", flush=True)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))
