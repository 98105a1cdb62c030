"""9. What a stream told equals what a read tells, and in the order of facts."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from tests.chaos.checker.seen import Seen
from tests.chaos.checker.times import Stalls
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry

A_MOMENT = 3.0
"""Seconds by which a stream and a read may be apart."""
SOON = 5.0
"""Seconds within which a stream is told who is there."""
OVERTAKEN = 2.5
"""Seconds by which something may be stored before what was learned earlier: a report's deadline."""
STALLED = 0.5
"""Seconds of a stall after which nothing is stored at once."""


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


def never_since_earlier(found: Seen) -> Iterator[Violation]:
    """Since when somebody is in or out never goes back on one stream. It may where something that
    was learned earlier was stored late: by a process that was disturbed, or while storage failed or
    the machine stalled."""
    stalls = Stalls(found)
    told = list(_told_since(found))
    began = min((entry["t"] - since.timestamp() for entry, _, since in told), default=0.0)
    latest: dict[tuple[str, ...], datetime] = {}
    for entry, whose, since in told:
        back = (latest.get(whose, since) - since).total_seconds()
        learned = began + since.timestamp()
        if back > OVERTAKEN and _all_stored_at_once(found, stalls, learned, entry["t"]):
            says = f"a stream of {entry['referral']} told of {whose[-1]} {back:.0f} s back in time"
            yield Violation(9, says, (entry["referral"],), (entry,))
        latest[whose] = since


def _told_since(found: Seen) -> Iterator[tuple[Entry, tuple[str, ...], datetime]]:
    """By whose stream and place; whatever says no time is left out."""
    for entry in found.entries:
        if entry["kind"] == "stream" and entry["what"] == "told":
            for meeting in entry["meetings"]:
                for user in meeting["users"]:
                    if user["since"] is not None:
                        whose = (str(entry["stream"]), meeting["meetingId"], user["userId"])
                        yield entry, whose, datetime.fromisoformat(user["since"])


def _all_stored_at_once(found: Seen, stalls: Stalls, begin: float, end: float) -> bool:
    """``begin`` is known to the second: the storage's clock says it."""
    begin -= A_MOMENT
    instances = range(found.setting["instances"])
    return not (
        found.storage_failed(begin, end)
        or any(found.disturbed(one, begin, end) for one in instances)
        or stalls.longest_during(begin, end) > STALLED
    )
