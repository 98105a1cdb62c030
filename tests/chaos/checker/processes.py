"""7. A process that is told to stop ends by itself, and one that nobody touches does not end."""

from collections.abc import Iterator

from tests.chaos.checker.seen import Seen
from tests.chaos.checker.violation import Violation


def ends_well(found: Seen) -> Iterator[Violation]:
    for instance, life in found.lives.items():
        told = ""
        for entry in life:
            wrong = entry["what"] in {"died", "does not stop"} or (
                entry["what"] == "down" and told == "told to stop" and entry["code"] != 0
            )
            if wrong:
                says = f"instance {instance} {entry['what']} with {entry.get('code')}"
                yield Violation(7, says, (), (entry,))
            told = entry["what"] if entry["what"] in {"killed", "told to stop"} else told
