"""Clocks of machines that are wrong or set: by libfaketime where it is installed."""

import asyncio
import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.prove.partner import attendance
from tests.prove.service import Event, post, serving, until_told
from tests.prove.starts import killed_start

STEPS = ("-1h", "+1h", "-20s", "+20s", "+0")
RECOVERY = 30.0
TRIES = 5


@dataclass
class FakedClock:
    """The wall clock of processes that get ``env``; their steady clocks stay real."""

    file: Path
    library: str
    offset: str
    env: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        faked = {
            "LD_PRELOAD": self.library,
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        self.env = faked if self.library else {}
        self._write(self.offset)

    async def set(self, offset: str) -> None:
        """From the real time, as libfaketime writes it; it looks each second."""
        self._write(offset)
        await asyncio.sleep(1.5)

    def _write(self, offset: str) -> None:
        beside = self.file.with_suffix(".new")
        beside.write_text(offset, "utf-8")
        beside.replace(self.file)

    def __str__(self) -> str:
        return "by libfaketime" if self.library else "NOT FAKED: libfaketime is not installed"


@contextmanager
def faked_clock(offset: str = "+0") -> Iterator[FakedClock]:
    command = shutil.which("faketime")
    library = _library(command) if command else ""
    with tempfile.TemporaryDirectory() as folder:
        clock = FakedClock(Path(folder) / "offset", library, offset)
        yield clock


@cache
def _library(command: str) -> str:
    """The command knows where it is. It fails when a process that had its number was killed, and
    left its shared memory there; the next has another number."""
    asked = [command, "-m", "-f", "+0", "printenv", "LD_PRELOAD"]
    for _ in range(TRIES):
        with contextlib.suppress(subprocess.CalledProcessError):
            return subprocess.check_output(asked, text=True).strip()
    raise RuntimeError(f"{command} does not say where its library is")


async def clock_steps(database: str) -> str:
    """Webhooks of an outage are told soon after it, whatever the clock was set to meanwhile."""
    slowest = 0.0
    with faked_clock() as clock:
        async with attendance() as partner, serving(partner, database, 5.0, **clock.env) as client:
            for number, step in enumerate(STEPS):
                event = Event(f"enc-{number}", f"m-{number}")
                partner.mode = "500"
                assert await post(client, event) == 202
                await clock.set(step)
                partner.mode = "up"
                slowest = max(slowest, await until_told(partner, event.marks, RECOVERY))
    steps = ", ".join(STEPS)
    return f"clock set to {steps} ({clock}): what waited is told within {slowest:.1f} s"


async def start_after_step(database: str, *, wait: bool) -> str:
    """A start that was killed, and goes on an hour earlier."""
    with faked_clock("-1h") as clock:
        figures = await killed_start(database, wait=wait, later=clock.env)
    return f"clock set back an hour ({clock}), {figures}"
