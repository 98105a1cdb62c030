"""7. Of a process that is neither frozen nor killed, every answer came within its deadline."""

from bisect import bisect_left
from collections.abc import Iterator

from tests.chaos.checker.seen import Call, Seen
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry

STORED = 2.5
"""Seconds for what is stored first: webhooks, reports, leaves, endings."""
LETTING_GO = 1.0
"""Seconds more of a start whose key cannot be let go of, because the database does not answer."""
STATEMENTS = 10.0
"""Seconds for what operators correct: two statements in a row, each limited to five."""
ALIVE = 0.25
"""Seconds for /health/live, at the 99.9th percentile."""
ALLOWANCE = 0.4
"""Seconds for the way there and back, on a machine that does other things too."""


def every_answer_in_time(found: Seen) -> Iterator[Violation]:
    meeting = 2 * found.setting["partner_timeout"]
    limits = {
        **dict.fromkeys(("webhook", "report", "beacon", "end"), STORED),
        **dict.fromkeys(("join", "see"), meeting),
        "start": meeting + LETTING_GO,
        **dict.fromkeys(("clear", "retry"), STATEMENTS),
    }
    stalls = Stalls(found)
    for call in found.calls.values():
        limit = limits.get(call.what)
        if limit is None or call.answer is None or _excused(found, call):
            continue
        late = (
            call.answer["took"]
            - limit
            - ALLOWANCE
            - stalls.during(call.sent["to"], call.at, call.answered)
        )
        if late > 0:
            says = f"{call.what} took {call.answer['took']:.2f} s; its deadline is {limit} s"
            yield Violation(7, says, (), (call.sent, call.answer))


def alive_all_the_time(found: Seen) -> Iterator[Violation]:
    stalls = Stalls(found)
    took = [
        max(0.0, call.answer["took"] - stalls.during(call.sent["to"], call.at, call.answered))
        for call in found.of("live")
        if call.answer is not None and not _excused(found, call)
    ]
    took.sort()
    if took and (late := took[min(len(took) - 1, int(len(took) * 0.999))]) > ALIVE:
        yield Violation(7, f"/health/live took {late:.2f} s at the 99.9th percentile")


def _excused(found: Seen, call: Call) -> bool:
    """Its process was disturbed meanwhile, or is about to be: what kills it comes before the note
    of it."""
    return found.disturbed(call.sent["to"], call.at - 0.5, call.answered + 0.05)


class Stalls:
    """How long the machine kept the suite, whose clock the times are of, or the instance from
    running."""

    def __init__(self, found: Seen) -> None:
        self._entries = [entry for entry in found.entries if entry["kind"] == "stall"]
        self._times = [entry["t"] for entry in self._entries]

    def during(self, instance: int, begin: float, end: float) -> float:
        """The seconds of those two; they were noted up to half a second later."""
        noted = self._noted(begin, end)
        return float(sum(one["seconds"] for one in noted if one["of"] in {None, instance}))

    def longest_during(self, begin: float, end: float) -> float:
        return max((float(one["seconds"]) for one in self._noted(begin, end)), default=0.0)

    def _noted(self, begin: float, end: float) -> Iterator[Entry]:
        for entry in self._entries[bisect_left(self._times, begin - 0.5) :]:
            if entry["t"] - entry["seconds"] > end + 0.5:
                return
            yield entry
