"""What is looked at all through a run: the machine's stalls, health, memory, files and storage."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.caller import Caller
from tests.chaos.history import History
from tests.chaos.service import Instance
from tests.chaos.storage import Storage

BEAT = 0.02
"""Seconds of one beat; one that takes longer by ``STALL`` is a stall of this process."""
STALL = 0.01
WAITS = 0.1
LOOK = 0.2
SAMPLE = 1.0


async def stalls(history: History) -> None:
    """Of this process, whose clock the times are of."""
    before = history.now()
    while True:
        await asyncio.sleep(BEAT)
        now = history.now()
        if now - before > BEAT + STALL:
            history.add("stall", of=None, seconds=round(now - before - BEAT, 3))
        before = now


async def waits(history: History, instance: Instance) -> None:
    """How long the instance wanted to run and the machine let others run, where the system tells
    (Linux)."""
    before, of = 0.0, None
    while True:
        await asyncio.sleep(WAITS)
        pid = instance.pid
        waited = _waited(pid) if pid is not None else 0.0
        if pid == of and waited - before > STALL:
            history.add("stall", of=instance.number, seconds=round(waited - before, 3))
        before, of = waited, pid


def _waited(pid: int) -> float:
    """Seconds that the thread of the event loop waited for a processor."""
    try:
        return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text("utf-8").split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


async def health(caller: Caller, instance: Instance) -> None:
    while True:
        await asyncio.sleep(LOOK)
        await caller.call("live", instance, "/health/live", method="GET", key=None)


async def samples(history: History, instances: Sequence[Instance], storage: Storage) -> None:
    while True:
        await asyncio.sleep(SAMPLE)
        for instance in instances:
            if (pid := instance.pid) is not None:
                _sample(history, instance.number, pid)
        try:
            history.add("stored", bytes=await storage.size())
        except Exception as error:  # noqa: BLE001 - it is away: that is what is tried
            history.add("stored", bytes=None, why=type(error).__name__)


def _sample(history: History, instance: int, pid: int) -> None:
    """Where the system tells (Linux)."""
    process = Path(f"/proc/{pid}")
    try:
        told = (process / "status").read_text("utf-8")
        files = len([*(process / "fd").iterdir()])
    except OSError:
        return
    mb = int(told.partition("VmRSS:")[2].split()[0]) / 1024
    threads = int(told.partition("Threads:")[2].split()[0])
    history.add("sample", instance=instance, pid=pid, mb=round(mb, 1), files=files, threads=threads)
