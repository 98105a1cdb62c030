"""9. What a stream told equals what a read tells, and in the order of facts."""

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.checker.seen import Seen
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry

A_MOMENT = 3.0
"""Seconds by which a stream and a read may be apart."""
SOON = 5.0
"""Seconds within which a stream is told who is there."""


def equal_to_a_read(found: Seen) -> Iterator[Violation]:
    """At rest, what each stream told last, or tells in a moment, is what a read tells."""
    read = {entry["referral"]: entry for entry in found.entries if entry["kind"] == "read"}
    told: dict[int, list[Entry]] = defaultdict(list)
    for entry in found.entries:
        if entry["kind"] == "stream" and entry["what"] == "told":
            told[entry["stream"]].append(entry)
    for stream in told.values():
        known = read.get(stream[0]["referral"])
        if known is None:
            continue
        before = [one for one in stream if one["t"] <= known["t"]][-1:]
        around = [one for one in stream if abs(one["t"] - known["t"]) < A_MOMENT]
        if not any(one["meetings"] == known["meetings"] for one in (*before, *around)):
            says = f"a stream of {known['referral']} told something else than a read"
            yield Violation(9, says, (known["referral"],), (*before, *around, known))


def told_at_once(found: Seen) -> Iterator[Violation]:
    """A stream that is open at rest, and knew nothing before, was told something."""
    last: dict[int, Entry] = {}
    for entry in found.entries:
        if entry["kind"] == "rest":
            break
        if entry["kind"] == "stream":
            last[entry["stream"]] = entry
    for entry in last.values():
        if entry["what"] == "open" and not entry["last"] and entry["t"] + SOON < found.calm:
            says = f"a stream of {entry['referral']} was told nothing"
            yield Violation(9, says, (entry["referral"],), (entry,))


def in_order(found: Seen) -> Iterator[Violation]:
    """What can only happen once is never taken back: a meeting that is known, and one that is
    closed."""
    before: dict[int, Entry] = {}
    for entry in found.entries:
        if entry["kind"] != "stream" or entry["what"] != "told":
            continue
        known = before.get(entry["stream"])
        before[entry["stream"]] = entry
        now = {one["meetingId"]: one["status"] for one in entry["meetings"]}
        for one in known["meetings"] if known else ():
            status = now.get(one["meetingId"])
            if status is None or (one["status"] == "closed" and status != "closed"):
                says = f"a stream of {entry['referral']} went back in time"
                yield Violation(9, says, (entry["referral"],), (known or {}, entry))
