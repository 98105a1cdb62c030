"""5. No forged or foreign event had any effect."""

from collections.abc import Iterator

from tests.chaos.checker.seen import Seen
from tests.chaos.checker.violation import Violation


def no_effect(found: Seen) -> Iterator[Violation]:
    """A forged webhook is not accepted. Each bad webhook names a meeting of its own, and no partner
    may be told anything about that meeting."""
    sent = (call for call in found.of("webhook") if call.says and "bad" in call.sent)
    bad = {call.says["meeting"]: call for call in sent}
    for seat in found.updates:
        call = bad.get(seat[1])
        if call is not None:
            says = f"a {call.sent['bad']} event was told of {seat[2]}"
            yield Violation(5, says, seat, (call.sent,))
    for call in found.of("webhook"):
        if call.sent.get("bad") == "forged" and call.accepted:
            yield Violation(5, f"a forged event was answered {call.status}", (), (call.sent,))
