"""A run in a few lines, and what a violation is shown by."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.chaos.checker.seen import Seen, seen
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry, lines

MOST = 60
"""Entries that are printed of one violation; all are in the file."""
EACH = 3
"""Violations of one assertion that are printed."""


def figures(entries: Sequence[Entry]) -> str:
    found = seen(entries)
    answered = Counter(call.what for call in found.calls.values() if call.accepted)
    sent = Counter(call.what for call in found.calls.values())
    calls = ", ".join(f"{answered[what]}/{sent[what]} {what}" for what in sorted(sent))
    faults = Counter(one["what"] for one in entries if one["kind"] == "fault" and "lasts" in one)
    left_out = {f"{one['what']} ({one['left_out']})" for one in entries if "left_out" in one}
    injected = {f"{one['what']} ({one['injected']})" for one in entries if "injected" in one}
    updates = sum(map(len, found.updates.values()))
    stalled = sum(one["seconds"] for one in entries if one["kind"] == "stall" and one["of"] is None)
    return "\n".join(
        [
            f"  answered 2xx of sent: {calls}",
            f"  faults: {', '.join(f'{n} {what}' for what, n in sorted(faults.items()))}",
            *([f"  left out: {', '.join(sorted(left_out))}"] if left_out else []),
            *([f"  injected: {', '.join(sorted(injected))}"] if injected else []),
            f"  {updates} updates told of {len(found.updates)} seats; at rest "
            f"{_rested(found):.0f} s after the faults; the machine stalled for {stalled:.1f} s",
        ]
    )


def in_a_line(entries: Sequence[Entry]) -> str:
    found = seen(entries)
    asked = [call for call in found.calls.values() if call.what != "live"]
    accepted = sum(call.accepted for call in asked)
    faults = sum(one["kind"] == "fault" and "lasts" in one for one in entries)
    updates = sum(map(len, found.updates.values()))
    return (
        f"{accepted} of {len(asked)} calls answered 2xx under {faults} faults, {updates} updates "
        f"of {len(found.updates)} seats, at rest after {_rested(found):.0f} s"
    )


def shown(broken: Sequence[Violation], entries: Sequence[Entry]) -> str:
    parts = [f"{len(broken)} VIOLATIONS"]
    for assertion in sorted({one.assertion for one in broken}):
        some = [one for one in broken if one.assertion == assertion]
        for one in some[:EACH]:
            parts += [str(one), lines(_around(one, entries)), ""]
        if len(some) > EACH:
            parts.append(f"… and {len(some) - EACH} more of assertion {assertion}")
    return "\n".join(parts)


def _rested(found: Seen) -> float:
    """Seconds from the end of the faults until all was right."""
    rest = (one["t"] for one in found.entries if one["kind"] == "rest")
    return float(next(rest, found.end) - found.calm)


def _around(one: Violation, entries: Iterable[Entry]) -> list[Entry]:
    """What is about the same meeting, seat or referral, with whatever happened to the calls."""
    if not one.about:
        return [*one.entries]
    wanted = set(one.about[-2:]) if len(one.about) > 1 else set(one.about)
    calls: set[int] = set()
    found = []
    for entry in entries:
        named = _words(entry)
        if wanted <= named or entry.get("call") in calls:
            found.append(entry)
            calls |= {entry["call"]} if "call" in entry else set()
        elif entry["kind"] in {"process", "calm"}:
            found.append(entry)
    return found[-MOST:]


def _words(entry: Entry) -> set[str]:
    words: set[str] = set()
    for value in entry.values():
        if isinstance(value, str):
            words |= {value, *value.replace("/", " ").split()}
        elif isinstance(value, list):
            words |= {one for one in value if isinstance(one, str)}
        elif isinstance(value, dict):
            words |= {one for one in value.values() if isinstance(one, str)}
    return words
