"""Real processes of this service, started as an operator would and stopped at the end."""

import asyncio
import os
import random
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from entrypoints.setting_names import KNOWN
from tests.e2e.forked import ROOT, Forked, fork

COMMAND = Path(sys.executable).with_name("videochamadas")
AT_START = ("PYTHON", "LD_", "DYLD_")
"""How variables begin that Python and the loader read before anything else runs; what is forked
follows PYTHONPATH all the same."""
EXECUTED = (sys.executable, "-m", "entrypoints")
"""The same command, started as users start it, for what measures processor time."""
START = 20.0
STOP = 30.0
"""Longer than the grace that the service gives to what is in hand."""


Process = asyncio.subprocess.Process | Forked


class Finished(NamedTuple):
    """What a command left behind."""

    code: int
    output: str
    errors: str


class Running:
    """A process that is up; its standard error is gathered as it comes."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.banner: list[str] = []
        self._errors = bytearray()
        self._reading = asyncio.create_task(self._read_errors())

    @property
    def errors(self) -> str:
        """What is there of it by now."""
        return self._errors.decode(errors="replace")

    async def until(self, last: str) -> None:
        """Gather the lines of standard output until one begins with ``last``."""
        assert self.process.stdout is not None
        async with asyncio.timeout(START):
            while not self.banner or not self.banner[-1].startswith(last):
                line = await self.process.stdout.readline()
                assert line, f"it ended before it was up: {self.errors}"
                self.banner.append(line.decode().rstrip())

    async def stop(self) -> Finished:
        """SIGTERM, then what it left behind; one that does not end by that is killed."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        assert self.process.stdout is not None
        try:
            async with asyncio.timeout(STOP):
                rest = await self.process.stdout.read()
                await self._reading
                code = await self.process.wait()
        except TimeoutError:
            self.process.kill()
            raise
        return Finished(code, "\n".join([*self.banner, rest.decode()]), self.errors)

    async def kill(self) -> None:
        """Without any warning."""
        self.process.kill()
        async with asyncio.timeout(STOP):
            await self.process.wait()

    async def _read_errors(self) -> None:
        assert self.process.stderr is not None
        while chunk := await self.process.stderr.read(65536):
            self._errors += chunk


def free_port() -> int:
    """From below those that the system gives to outgoing connections: one of them could take it
    before the process listens."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


@asynccontextmanager
async def running(
    *arguments: str, until: str, program: Sequence[str] = (str(COMMAND),), **env: str
) -> AsyncIterator[Running]:
    """The command while it is up: it has printed a line that begins with ``until``."""
    started = Running(await starting((*program, *arguments), env))
    try:
        await started.until(until)
        yield started
    finally:
        await started.stop()


async def run(*arguments: str, **env: str) -> Finished:
    """The command until it ends by itself."""
    return await ended(await starting((str(COMMAND), *arguments), env), START)


async def ended(process: Process, limit: float, sent: bytes = b"") -> Finished:
    """What a process left behind that ends by itself; after so many seconds it is killed."""
    try:
        async with asyncio.timeout(limit):
            output, errors = await process.communicate(sent or None)
    except TimeoutError:
        process.kill()
        raise
    return Finished(process.returncode or 0, output.decode(), (errors or b"").decode())


async def starting(arguments: tuple[str, ...], env: Mapping[str, str]) -> Process:
    """A process with these variables and a database of its own. The command is forked, unless one
    of the variables is for Python or the loader; any other program is executed."""
    clean = {name: value for name, value in os.environ.items() if name not in KNOWN}
    stored = {"DATABASE_URL": f"sqlite:///{tempfile.mkdtemp()}/storage.db"}
    variables = {**clean, **stored, **env}
    if arguments[0] == str(COMMAND) and not any(
        name.startswith(AT_START) for name in env.keys() - {"PYTHONPATH"}
    ):
        return await fork(arguments[1:], variables)
    return await asyncio.create_subprocess_exec(
        *arguments,
        env=variables,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
