"""6. No canary in anything that was written. The run looks for them, and notes what it found."""

from collections.abc import Iterator

from tests.chaos.checker.seen import Seen
from tests.chaos.checker.violation import Violation


def none_written(found: Seen) -> Iterator[Violation]:
    for entry in found.entries:
        if entry["kind"] == "canary":
            says = f"{entry['what']} was found in {entry['where']}"
            yield Violation(6, says, (), (entry,))
