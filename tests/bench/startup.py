"""From the start of a process to its first answer, and what it takes when nothing is asked."""

import asyncio
import subprocess
import time
from pathlib import Path
from statistics import median

from tests.bench.contenders import OURS, production
from tests.bench.cores import SERVER
from tests.bench.figures import Figure
from tests.bench.load import load
from tests.bench.partners import Partners
from tests.bench.started import python, started
from tests.e2e.forked import ROOT
from tests.e2e.processes import free_port

TIMES = 5
IDLE = 0.5
"""Seconds in which nothing is asked."""
READY = b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"
IMPORTS = """
import time; began = time.perf_counter()
import entrypoints.cli.serve
print(time.perf_counter() - began)
"""


async def startup(partners: Partners, folder: Path, times: int = TIMES) -> dict[str, Figure]:
    """The command as users start it, over a database that is there: the median of ``times``."""
    answered, resident, own = [], [], []
    for _ in range(times):
        port = free_port()
        env = production(partners, f"sqlite:///{folder}/start.db", port)
        command = (python(OURS), "-m", "entrypoints", "serve")
        began = time.perf_counter()
        async with started(command, port, SERVER, env, folder / "log.start") as service:
            await load(port, [READY], {b"200"}, 1)
            answered.append(time.perf_counter() - began)
            await asyncio.sleep(IDLE)
            resident.append(service.memory())
            own.append(service.own_memory())
    return {
        "start.seconds": Figure("start to first answer", median(answered), "s"),
        "start.imports": Figure("of that, imports", median(_imports() for _ in range(times)), "ms"),
        "start.memory": Figure("resident when idle", median(resident), "MB"),
        "start.own": Figure("of that, no shared files", median(own), "MB"),
    }


def _imports() -> float:
    ran = subprocess.run(
        [python(OURS), "-c", IMPORTS], cwd=ROOT, capture_output=True, check=True, timeout=30
    )
    return float(ran.stdout) * 1000
