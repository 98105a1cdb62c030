"""Instances of the service as real processes, and everything that may happen to a process."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.history import History

READY = b"then"
START = 30.0
STOP = 20.0
"""Seconds for a process to be up, and to end after SIGTERM."""


@dataclass
class Instance:
    """One of the service's processes; ``tree`` is the source that it runs from."""

    history: History
    number: int
    env: Mapping[str, str]
    tree: Path
    log: Path
    port: int
    process: asyncio.subprocess.Process | None = None
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Whatever is done to a process is done by one at a time."""
    watching: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        up = self.process is not None and self.process.returncode is None
        return self.process.pid if up and self.process else None

    async def start(self) -> None:
        with self.log.open("ab") as errors:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "entrypoints", "serve"),
                env={**_clean(), **self.env, "PORT": str(self.port)},
                cwd=self.tree,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
        assert self.process.stdout is not None
        async with asyncio.timeout(START):
            while True:
                line = await self.process.stdout.readline()
                if line.startswith(READY):
                    break
                if not line:
                    code = await self.process.wait()
                    self._say("refused to start", code=code)
                    return
        self._say("up", pid=self.process.pid)
        self.watching = asyncio.create_task(self._watch(self.process))

    async def kill(self) -> None:
        """Without any warning."""
        async with self.busy:
            await self._end(signal.SIGKILL)
            await self.start_again()

    async def terminate(self) -> None:
        """As a deployment does."""
        async with self.busy:
            await self._end(signal.SIGTERM)
            await self.start_again()

    async def frozen(self, seconds: float) -> None:
        """Stops the process for so many seconds. The caller holds ``busy``."""
        if self.process is None or self.pid is None:
            return
        self._say("frozen")
        self.process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.process.send_signal(signal.SIGCONT)
            self._say("thawed")

    async def start_again(self) -> None:
        """Whatever keeps it from starting (a database that is away) ends some time."""
        while self.pid is None:
            await self.start()
            if self.pid is None:
                await asyncio.sleep(0.3)

    async def stop(self) -> None:
        async with self.busy:
            await self._end(signal.SIGTERM)

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """It is not to end by itself; then it is started again."""
        code = await process.wait()
        self._say("died", code=code)
        async with self.busy:
            await self.start_again()

    async def _end(self, how: signal.Signals) -> None:
        if self.watching is not None:
            self.watching.cancel()
        if self.process is None or self.process.returncode is not None:
            return
        self._say("killed" if how is signal.SIGKILL else "told to stop")
        with suppress(ProcessLookupError):
            self.process.send_signal(how)
        try:
            async with asyncio.timeout(STOP):
                code = await self.process.wait()
        except TimeoutError:
            self._say("does not stop")
            self.process.kill()
            code = await self.process.wait()
        self._say("down", code=code)

    def _say(self, what: str, **more: object) -> None:
        self.history.add("process", instance=self.number, what=what, **more)


def _clean() -> dict[str, str]:
    """The environment without this process's own coverage and settings of the service."""
    kept = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ"}
    return {name: value for name, value in os.environ.items() if name in kept}
