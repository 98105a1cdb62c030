"""What was sent, answered and seen at the partners: one JSON object a line, in order, with times.

Times are seconds from the beginning of the run. The checker knows nothing but this.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


@dataclass
class History:
    """``add`` is called in the order in which things happened; ``now`` is a steady clock."""

    path: Path
    now: Callable[[], float] = time.monotonic
    entries: list[Entry] = field(default_factory=list)
    calls: int = 0

    def __post_init__(self) -> None:
        self.began = self.now()
        self._file = self.path.open("w", encoding="utf-8", buffering=1)

    @property
    def time(self) -> float:
        return round(self.now() - self.began, 4)

    def add(self, kind: str, **what: object) -> Entry:
        entry: Entry = {"t": self.time, "kind": kind, **what}
        self.entries.append(entry)
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        return entry

    def number(self) -> int:
        """A new one for a call, so that its parts are found again."""
        self.calls += 1
        return self.calls

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> list[Entry]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def lines(entries: Iterable[Entry]) -> str:
    """For people: a line each, the time first."""
    return "\n".join(
        f"{entry['t']:9.3f}  {entry['kind']:9} "
        + " ".join(f"{name}={entry[name]}" for name in entry if name not in {"t", "kind"})
        for entry in entries
    )
