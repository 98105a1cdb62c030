"""Whether a database file has room to grow, and may be written beside."""

import os
import shutil
from pathlib import Path

from adapters.plug_in import Finding

SUBJECT = "disk"
LITTLE = 1024**3
"""Bytes: some weeks of a busy hospital."""
TOO_LITTLE = 100 * 1024**2
"""Bytes: about the most that a database waits to write at once."""


def look_at_disk(path: Path) -> list[Finding]:
    """The disk that the file is on, or will be made on."""
    folder = nearest_folder(path)
    return [judged(shutil.disk_usage(folder).free, folder)]


def judged(free: int, folder: Path) -> Finding:
    told = f"{free / 1024**2:,.0f} MiB are free in {folder}"
    if free >= LITTLE:
        return Finding(SUBJECT, ok=True, detail=told)
    enough = free >= TOO_LITTLE
    return Finding(SUBJECT, ok=enough, warning=enough, detail=f"{told}: make room")


def nearest_folder(path: Path) -> Path:
    """The one above it that is there; what lacks between is made with the file."""
    above = (folder for folder in path.absolute().parents if folder.exists())
    return next(above, path.absolute())  # nothing is above the root


def may_write_in(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
