"""A library that is preloaded into the service, where there is a C compiler for it on Linux. It
counts syncs, sets the clock and fills the disk, each of one process alone (``preloaded.c``)."""

import shutil
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
TOLD = struct.Struct("qq")


@dataclass
class Preloaded:
    """Of one process, which gets ``env``. Without a ``library`` nothing of it has an effect.
    ``files`` is what its files' names begin with."""

    library: Path | None
    files: Path
    ahead: int = 0
    """Seconds by which its wall clock is before the machine's; the steady clock stays."""
    full: bool = False
    """Whether SQLite is told that the disk is full."""

    def __post_init__(self) -> None:
        self._told.write_bytes(TOLD.pack(self.ahead, self.full))

    @property
    def env(self) -> dict[str, str]:
        if self.library is None:
            return {}
        return {
            "LD_PRELOAD": str(self.library),
            "PRELOADED_TOLD": str(self._told),
            "PRELOADED_SYNCS": str(self._syncs),
        }

    def set_clock(self, ahead: int) -> None:
        self.ahead = ahead
        self._tell()

    def fill(self, *, full: bool) -> None:
        self.full = full
        self._tell()

    def synced(self) -> list[float]:
        """When each sync of a file was over, by the steady clock. A database server syncs its own
        files, which is not counted."""
        if not self._syncs.exists():
            return []
        return [float(one) for one in self._syncs.read_text("utf-8").split()]

    def _tell(self) -> None:
        """In place: a file that is mapped must keep its length."""
        with self._told.open("r+b") as file:
            file.write(TOLD.pack(self.ahead, self.full))

    @property
    def _told(self) -> Path:
        return self.files.with_suffix(".told")

    @property
    def _syncs(self) -> Path:
        return self.files.with_suffix(".syncs")


def built(folder: Path) -> Path | None:
    """The library; None where it cannot be built."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "preloaded.so"
    command = [compiler, "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    done = subprocess.run(command, capture_output=True, check=False)
    return library if done.returncode == 0 else None
