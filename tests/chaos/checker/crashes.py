"""10. Nothing crashes: no answer is a 500, and the log tells of no bug of ours."""

from collections.abc import Iterator

from tests.chaos.checker.seen import Seen
from tests.chaos.checker.violation import Violation


def nothing_crashed(found: Seen) -> Iterator[Violation]:
    for call in found.calls.values():
        if call.status == 500:
            yield Violation(10, f"{call.what} was answered 500", (), (call.sent,))
    for entry in found.entries:
        if entry["kind"] == "crash":
            yield Violation(10, f"the log tells of a bug: {entry['line']}", (), (entry,))
