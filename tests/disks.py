"""A small disk to fill up."""

import contextlib
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from adapters.storage.transaction import Store, Transaction

MOST = 4294967294  # pages, SQLite's own limit


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A tmpfs of a megabyte, where one may be mounted; else ``folder``."""
    place = folder / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        print("no tmpfs may be mounted: a limit of SQLite's own stands in")  # noqa: T201
        yield folder
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def mounted(disk: Path) -> bool:
    return disk.is_mount()


@asynccontextmanager
async def full(store: Store, disk: Path) -> AsyncIterator[None]:
    """While open, nothing more goes onto the small disk that the store is on."""
    if not mounted(disk):
        await store.run(_at_most(1))
        yield
        await store.run(_at_most(MOST))
        return
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    filler.unlink()


def _at_most(pages: int) -> Transaction[None]:
    yield f"PRAGMA max_page_count = {pages}", ()
