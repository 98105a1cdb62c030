"""Commands as processes that are forked (``forking.py``), to be used like asyncio's own."""

import asyncio
import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.e2e.asking import ask

ROOT = Path(__file__).parents[2]
ASKING = ROOT / "tests" / "e2e" / "asking.py"


class Forked:
    """A process; its two outputs have to be read to their ends."""

    def __init__(
        self,
        pid: int,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader,
        report: asyncio.StreamReader,
    ) -> None:
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        self._ended = asyncio.create_task(self._read(report))

    async def _read(self, report: asyncio.StreamReader) -> int:
        self.returncode = int(await report.read())
        return self.returncode

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    async def communicate(self, sent: bytes | None = None) -> tuple[bytes, bytes]:
        assert sent is None, "its standard input is that of the tests"
        output, errors, _ = await asyncio.gather(
            self.stdout.read(), self.stderr.read(), self.wait()
        )
        return output, errors

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


async def fork(arguments: Sequence[str], env: Mapping[str, str]) -> Forked:
    """``videochamadas`` with these arguments and variables."""
    pipes = [os.pipe() for _ in range(3)]
    ask(_forking(), arguments, env, [0, *(writing for _, writing in pipes)])
    for _, writing in pipes:
        os.close(writing)
    stdout, stderr, report = [await _reader(reading) for reading, _ in pipes]
    return Forked(int(await report.readline()), stdout, stderr, report)


@cache
def forked_command() -> Path:
    """``videochamadas`` as a file for shells that inherit ``asked_by``."""
    folder = mkdtemp()
    atexit.register(shutil.rmtree, folder)
    command = Path(folder) / "videochamadas"
    script = f'exec "{sys.executable}" -SE "{ASKING}" {asked_by()} "$@"'
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    return command


def asked_by() -> int:
    """The descriptor that commands are sent by."""
    return _forking().fileno()


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    pipe = os.fdopen(descriptor, "rb", buffering=0)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


@cache
def _forking() -> socket.socket:
    """What commands are sent by. The process at its other end lasts as long as this one."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.forking", str(theirs.fileno())],
        cwd=ROOT,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours
