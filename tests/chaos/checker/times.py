"""7. Of a process that is neither frozen nor killed, every answer came within its deadline."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.checker.seen import NEVER, Call, Seen
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry

STORED = 2.5
"""Seconds for what is stored first: webhooks, reports, leaves, endings."""
LETTING_GO = 1.0
"""Seconds more of a start whose key cannot be let go of, because the database does not answer."""
STATEMENTS = 10.0
"""Seconds for what operators correct. No time is promised for that; it waits for storage twice,
which gives up after five seconds each time (decision 22)."""
ALIVE = 0.25
"""Seconds for /health/live, at the 99.9th percentile."""
ALLOWANCE = 0.1
"""Seconds for the way there and back, beside what the machine was stalled."""
DEALS_WITH = 1.0
"""Seconds in which a process deals with what piled up while it was frozen."""
ABOUT_TO_END = 0.05
"""Seconds from an answer to the note of what was done to the process."""
IS_GONE = 1.0
"""Seconds from the end of a process, which answers nothing any more, to its note."""
CROWDED = 1000
"""Open files from which a process may close a connection, or let it wait, instead of answering: it
takes a thousand. Only a long run has so many streams."""
SAMPLED = 3.0
"""Seconds within which a process's open files are counted, before and after a call."""


def every_answer_in_time(found: Seen) -> Iterator[Violation]:
    meeting = 2 * found.setting["partner_timeout"]
    limits = {
        **dict.fromkeys(("webhook", "report", "beacon", "end"), STORED),
        **dict.fromkeys(("join", "see"), meeting),
        "start": meeting + LETTING_GO,
        **dict.fromkeys(("clear", "retry"), STATEMENTS),
    }
    stalls = Stalls(found)
    for call in _judged(found):
        limit = limits.get(call.what, NEVER)
        late = (
            call.took - limit - ALLOWANCE - stalls.during(call.sent["to"], call.at, call.answered)
        )
        entries = (call.sent, call.answer or {})
        if call.what in limits and call.status is None:
            yield Violation(7, f"{call.what} was not answered", (), entries)
        elif late > 0:
            says = f"{call.what} took {call.took:.2f} s; its deadline is {limit} s"
            yield Violation(7, says, (), entries)


def alive_all_the_time(found: Seen) -> Iterator[Violation]:
    """Whatever is not a 200 came too late, however soon it came."""
    stalls = Stalls(found)
    took = sorted(
        call.took - stalls.during(call.sent["to"], call.at, call.answered)
        if call.status == 200
        else NEVER
        for call in _judged(found)
        if call.what == "live"
    )
    if took and (late := took[min(len(took) - 1, int(len(took) * 0.999))]) > ALIVE:
        says = "was not answered 200" if late == NEVER else f"took {late:.2f} s"
        yield Violation(7, f"/health/live {says} at the 99.9th percentile")


def _judged(found: Seen) -> Iterator[Call]:
    """Those that are over, and that nothing excuses."""
    crowds = _Crowds(found)
    for call in found.calls.values():
        if call.answer is not None and not _disturbed(found, call) and not crowds.around(call):
            yield call


def _disturbed(found: Seen, call: Call) -> bool:
    """The process was, or is about to be: what ends it comes before the note of it."""
    noted = IS_GONE if call.status is None else ABOUT_TO_END
    return found.disturbed(call.sent["to"], call.at - DEALS_WITH, call.answered + noted)


class _Crowds:
    """When a process had more connections than it takes, as far as samples tell."""

    def __init__(self, found: Seen) -> None:
        samples = (entry for entry in found.entries if entry["kind"] == "sample")
        self._times: dict[int, list[float]] = defaultdict(list)
        for entry in samples:
            if entry["files"] >= CROWDED:
                self._times[entry["instance"]].append(entry["t"])

    def around(self, call: Call) -> bool:
        times = self._times[call.sent["to"]]
        place = bisect_left(times, call.at - SAMPLED)
        return place < len(times) and times[place] < call.answered + SAMPLED


class Stalls:
    """How long the machine kept the suite, whose clock the times are of, or the instance from
    running."""

    def __init__(self, found: Seen) -> None:
        self._entries = [entry for entry in found.entries if entry["kind"] == "stall"]
        self._times = [entry["t"] for entry in self._entries]

    def during(self, instance: int, begin: float, end: float) -> float:
        """Seconds of both together; also those noted up to half a second before or after."""
        noted = self._noted(begin, end)
        return float(sum(one["seconds"] for one in noted if one["of"] in {None, instance}))

    def longest_during(self, begin: float, end: float) -> float:
        return max((float(one["seconds"]) for one in self._noted(begin, end)), default=0.0)

    def _noted(self, begin: float, end: float) -> Iterator[Entry]:
        # What piled up in a stall is dealt with after it, and notes wait as calls do.
        for entry in self._entries[bisect_left(self._times, begin - 0.5) :]:
            if entry["t"] - entry["seconds"] > end + 0.5:
                return
            yield entry
