"""8. Memory, open files and threads are flat over the run, and storage grows with accepted events
only. How many tasks a process has cannot be seen from outside; each would hold memory."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from tests.chaos.checker.seen import Seen
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry

WARM = 60.0
"""Seconds of a process's life that are not compared: caches fill."""
MORE = 15.0
"""MB by which memory may differ between the two halves of a life, beside a twentieth."""
FILES = 40
"""Open files by which the two halves may differ, beside those of streams and connections."""

THREADS = 4


def flat(found: Seen) -> Iterator[Violation]:
    lives: dict[int, list[Entry]] = defaultdict(list)
    for entry in found.entries:
        if entry["kind"] == "sample":
            lives[entry["pid"]].append(entry)
    for pid, samples in lives.items():
        warm = [one for one in samples if one["t"] > samples[0]["t"] + WARM]
        if len(warm) < 20:
            continue
        half = len(warm) // 2
        before, after = warm[:half], warm[half:]
        memory = _median(after, "mb") - 1.05 * _median(before, "mb")
        files = _median(after, "files") - _median(before, "files") - _streams(found)
        threads = _median(after, "threads") - _median(before, "threads")
        if threads > THREADS:
            yield Violation(8, f"process {pid} has {threads:.0f} more threads")
        if memory > MORE:
            yield Violation(8, f"process {pid} grew by {memory:.0f} MB")
        if files > FILES:
            yield Violation(8, f"process {pid} opened {files:.0f} more files")


def _streams(found: Seen) -> int:
    """Each that a front end reads is an open file."""
    opened = (one for one in found.entries if one["kind"] == "stream" and one["what"] == "open")
    return len({one["stream"] for one in opened})


def only_by_accepted(found: Seen) -> Iterator[Violation]:
    """As many webhooks are stored as bodies may have been accepted, at most: also one that was
    answered 503 may be, or one that was not answered."""
    stored = [entry["stored"] for entry in found.entries if entry["kind"] == "inbox"]
    bodies = {
        call.sent["digest"] for call in found.of("webhook") if call.status in {None, 200, 202, 503}
    }
    if stored and stored[-1] > len(bodies):
        yield Violation(8, f"{stored[-1]} webhooks are stored of {len(bodies)} that were accepted")


def _median(samples: Sequence[Entry], what: str) -> float:
    return float(median(one[what] for one in samples))
