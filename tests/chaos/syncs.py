"""When the service's files were synced to their disk: by a library that is preloaded, where there
is a compiler for it. A database server syncs its own files, which is not counted."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.chaos.history import History

SOURCE = Path(__file__).with_name("syncs.c")


class Syncs:
    """``env`` is for a process; ``tell`` adds what was noted to the history."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = _compiled(folder)

    def env(self, instance: int, others: str = "") -> dict[str, str]:
        """Beside what else is preloaded."""
        if self._library is None:
            return {}
        preloaded = ":".join(filter(None, [str(self._library), others]))
        return {"LD_PRELOAD": preloaded, "CHAOS_SYNCS": str(self._file(instance))}

    def tell(self, history: History, instance: int) -> None:
        """Says nothing where nothing could be noted."""
        if self._library is not None and self._file(instance).exists():
            told = self._file(instance).read_text("utf-8").split()
            at = [round(float(one) - history.began, 4) for one in told]
            history.add("synced", instance=instance, at=at)

    def _file(self, instance: int) -> Path:
        return self._folder / f"syncs-{instance}"


def _compiled(folder: Path) -> Path | None:
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "syncs.so"
    command = [compiler, "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    done = subprocess.run(command, capture_output=True, check=False)
    return library if done.returncode == 0 else None
