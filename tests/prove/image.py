"""The steps of deploy/Containerfile from an empty folder, with every package fetched and its hash
checked, end in a service that answers."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.deploy.containerfile import Image, build
from tests.deploy.serving import ELSEWHERE, health, is_healthy, serving
from tests.e2e.processes import free_port

BASE = Path(sys.base_prefix) / "bin" / "python3"
"""As bare as the one of the base image."""


@dataclass(frozen=True, slots=True)
class Built:
    """``seconds`` for all steps, ``started`` until it answered; ``size`` in MB; ``written`` are
    files outside of the data that it changed."""

    seconds: float
    size: float
    started: float
    status: int
    healthy: bool
    user: int
    written: int

    def __str__(self) -> str:
        return (
            f"the Containerfile's steps in an empty folder took {self.seconds:.0f} s for "
            f"{self.size:.0f} MB; the service answered on {ELSEWHERE} after {self.started:.1f} s "
            f"as user {self.user}, and changed {self.written} files of a read-only tree"
        )


async def image() -> Built:
    with _folder() as folder:
        began = monotonic()
        built = await asyncio.to_thread(build, folder, PYTHON=str(BASE))
        seconds = monotonic() - began
        before, port = [*built.files()], free_port()
        began = monotonic()
        async with serving(built, port):
            started = monotonic() - began
            status, _ = await health(ELSEWHERE, port)
            healthy = await is_healthy(built, port)
        return Built(
            seconds,
            _megabytes(built),
            started,
            status,
            healthy,
            built.user,
            len({*before} ^ {*built.files()}),
        )


def _megabytes(built: Image) -> float:
    return sum(size for file, _, size in built.files() if "/opt/videochamadas/" in file) / 2**20


@contextmanager
def _folder() -> Iterator[Path]:
    """Below /tmp, where every user may go."""
    with TemporaryDirectory(dir="/tmp") as folder:
        try:
            yield Path(folder)
        finally:
            subprocess.run(["chmod", "-R", "u+w", folder], check=True)
