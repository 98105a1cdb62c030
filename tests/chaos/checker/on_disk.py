"""1. What was answered 2xx was on the disk by then, where that is noted: a process that is killed
loses nothing that the system still has, so only a count of syncs shows it."""

from bisect import bisect_left
from collections.abc import Iterator

from tests.chaos.checker.seen import Call, Seen
from tests.chaos.checker.violation import Violation


def synced_before_its_answer(found: Seen) -> Iterator[Violation]:
    noted = {one["instance"]: sorted(one["at"]) for one in found.entries if one["kind"] == "synced"}
    known: set[str] = set()
    for call in found.calls.values():
        if not call.accepted or not _is_stored(call, known):
            continue
        at = noted.get(call.sent["to"])
        if at is None:
            continue
        place = bisect_left(at, call.at)
        if place == len(at) or at[place] > call.answered:
            says = f"{call.what} was answered {call.status} before anything was on the disk"
            yield Violation(1, says, (), (call.sent, call.answer or {}))


def _is_stored(call: Call, known: set[str]) -> bool:
    """Every report is, and a webhook that is new. One that comes twice may be stored once."""
    if call.what == "webhook":
        new = call.sent["digest"] not in known
        known.add(call.sent["digest"])
        return new and call.says.get("reason") is not None and "bad" not in call.sent
    return call.what == "report"
