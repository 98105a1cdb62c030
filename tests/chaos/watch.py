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
STALL = 0.03
LOOK = 0.2
SAMPLE = 1.0


async def stalls(history: History) -> None:
    """Both processes compete for the same machine, so what stalls us has stalled the service."""
    before = history.now()
    while True:
        await asyncio.sleep(BEAT)
        now = history.now()
        if now - before > BEAT + STALL:
            history.add("stall", seconds=round(now - before - BEAT, 3))
        before = now


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
