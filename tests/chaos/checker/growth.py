"""8. Memory, open files and threads are flat over the run, and storage grows with accepted events
only. How many tasks a process has cannot be seen from outside; each would hold memory."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from tests.chaos.checker.seen import Call, Seen
from tests.chaos.checker.times import Stalls
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry

WARM = 60.0
"""Seconds of a process's life that are not compared: caches fill."""
MORE = 15.0
"""MB by which memory may differ between the two halves of a life, beside a twentieth and ``STREAM``
for each stream more that is open: front ends read theirs until the end of the run."""
STREAM = 0.08
FILES = 40
"""Open files by which the two halves may differ, beside those of streams and connections."""

THREADS = 4
EACH = 2500
"""Bytes of storage for each accepted event, with indexes and with what is not cleaned up yet. 800
were measured on SQLite over a long run, 2,000 on PostgreSQL over a short one."""
ANYHOW = 8_000_000
"""Bytes by which storage may grow with no event at all: a log that is not in the file yet, and what
is to be told again."""
READS = frozenset({"inbox", "live", "metrics", "read", "see"})
UNSURE = 5.0
"""Seconds after a fault of storage in which something may still be stored that is refused."""
STALLED = 0.5
"""Seconds of a stall that makes storage late."""


def flat(found: Seen) -> Iterator[Violation]:
    """Between the two halves of each life of a process that lasted for 80 seconds or more; of those
    that end sooner nothing is said."""
    lives: dict[int, list[Entry]] = defaultdict(list)
    for entry in found.entries:
        if entry["kind"] == "sample":
            lives[entry["pid"]].append(entry)
    streams = _Streams(found)
    for pid, samples in lives.items():
        warm = [one for one in samples if one["t"] > samples[0]["t"] + WARM]
        if len(warm) < 20:
            continue
        half = len(warm) // 2
        before, after = warm[:half], warm[half:]
        more = median(map(streams.open_at, after)) - median(map(streams.open_at, before))
        memory = _median(after, "mb") - 1.05 * _median(before, "mb") - STREAM * max(0, more)
        files = _median(after, "files") - _median(before, "files") - streams.opened
        threads = _median(after, "threads") - _median(before, "threads")
        if threads > THREADS:
            yield Violation(8, f"process {pid} has {threads:.0f} more threads")
        if memory > MORE:
            yield Violation(8, f"process {pid} grew by {memory:.0f} MB")
        if files > FILES:
            yield Violation(8, f"process {pid} opened {files:.0f} more files")


class _Streams:
    """Each that a front end reads is an open file, and holds memory."""

    def __init__(self, found: Seen) -> None:
        is_open: set[int] = set()
        opened: set[int] = set()
        self._times: list[float] = []
        self._counts: list[int] = []
        for entry in found.entries:
            if entry["kind"] == "stream":
                if entry["what"] == "broken":
                    is_open.discard(entry["stream"])
                else:
                    is_open.add(entry["stream"])
                    opened.add(entry["stream"])
                self._times.append(entry["t"])
                self._counts.append(len(is_open))
        self.opened = len(opened)

    def open_at(self, sample: Entry) -> int:
        place = bisect_right(self._times, sample["t"])
        return self._counts[place - 1] if place else 0


def only_by_accepted(found: Seen) -> Iterator[Violation]:
    """At no time is storage larger than what was accepted until then can explain."""
    stalls = Stalls(found)
    events = [call for call in found.calls.values() if call.what not in READS]
    accepted = sorted(call.at for call in events if _may_be_stored(found, stalls, call))
    sizes = [one for one in found.entries if one["kind"] == "stored" and one["bytes"] is not None]
    for one in sizes:
        grown = one["bytes"] - sizes[0]["bytes"]
        known = bisect_right(accepted, one["t"])
        if grown > ANYHOW + EACH * known:
            says = f"storage grew by {grown / 1e6:.1f} MB while {known} events were accepted"
            yield Violation(8, says, (), (sizes[0], one))
            return


def webhooks_only_once(found: Seen) -> Iterator[Violation]:
    """At the end no more webhooks are listed than bodies that may have been accepted. The list is
    cut off at a thousand, so a long run is judged by ``only_by_accepted``."""
    stalls = Stalls(found)
    listed = [entry["stored"] for entry in found.entries if entry["kind"] == "inbox"]
    sent = found.of("webhook")
    bodies = {call.sent["digest"] for call in sent if _may_be_stored(found, stalls, call)}
    if listed and listed[-1] > len(bodies):
        says = f"{listed[-1]} webhooks are stored of {len(bodies)} that may have been accepted"
        yield Violation(8, says)


def _may_be_stored(found: Seen, stalls: Stalls, call: Call) -> bool:
    """Whatever was answered 2xx, also a foreign or malformed webhook; what was not answered; and
    what was refused with a 503 while storage or the process was not well, as it may have given up
    too late. Never a forged one."""
    if call.accepted or call.status is None:
        return call.sent.get("bad") != "forged"
    begun, by = call.at - UNSURE, call.sent["to"]
    unwell = found.storage_failed(begun, call.answered) or found.disturbed(
        by, max(begun, found.lives[by][0]["t"]), call.answered
    )
    unsure = unwell or stalls.longest_during(call.at, call.answered) > STALLED
    return call.status == 503 and unsure and call.sent.get("bad") != "forged"


def _median(samples: Sequence[Entry], what: str) -> float:
    return float(median(one[what] for one in samples))
