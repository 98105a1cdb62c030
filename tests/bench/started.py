"""A process that is measured, or that loads another: started, pinned, watched and ended."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from tests.bench.cores import pin
from tests.e2e.forked import ROOT

START = 20.0
STOP = 20.0
CLEAN = ("PATH", "HOME", "LANG", "TMPDIR")


class Started:
    """A process that listens on ``port``; ``up`` is the seconds from its start until it did."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, up: float) -> None:
        self.process, self.port, self.up = process, port, up

    def processor(self) -> float:
        """Seconds for which its threads ran."""
        return processor(self.process.pid)

    def memory(self) -> float:
        """Resident, in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def own_memory(self) -> float:
        """Of that, what is no file: neither the interpreter nor the libraries in machine code,
        which all processes share. In MB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        (anonymous,) = (line for line in lines if line.startswith("RssAnon:"))
        return int(anonymous.split()[1]) * 1024 / 1e6


def processor(pid: int) -> float:
    """Seconds for which the threads of a process ran."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in threads) / 1e9


@asynccontextmanager
async def started(
    command: Sequence[str],
    port: int,
    cores: frozenset[int],
    env: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> AsyncIterator[Started]:
    """What it says goes to the file ``log``."""
    began = time.perf_counter()
    with (log or Path(os.devnull)).open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            env={name: os.environ[name] for name in CLEAN if name in os.environ}
            | (dict(env or {})),
            cwd=ROOT,
            stdout=output,
            stderr=output,
            preexec_fn=partial(pin, cores),
        )
    try:
        await _listening(process, port, log)
        yield Started(process, port, time.perf_counter() - began)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(STOP):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def python(environment: str) -> str:
    """The interpreter of one of the environments of `make bench`; before that was run, our own,
    where more is installed and so more is imported."""
    made = ROOT / ".venv" / "bench" / environment / "bin" / "python"
    return str(made) if made.exists() else sys.executable


async def _listening(process: asyncio.subprocess.Process, port: int, log: Path | None) -> None:
    async with asyncio.timeout(START):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                said = log.read_text() if log else ""
                assert process.returncode is None, f"it ended before it was up: {said}"
                await asyncio.sleep(0.005)
            else:
                writer.close()
                return
