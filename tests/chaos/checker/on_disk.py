"""1. What was answered 2xx was on the disk by then, where that is noted, and is there in the end. A
process that is killed loses nothing that the system still has, so only a count of syncs shows the
first."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.checker.seen import Call, Seen
from tests.chaos.checker.violation import Violation

LISTED = 1000
"""Webhooks that are listed at most."""
ONCE = {"webhook": "digest", "beacon": "seat", "end": "meeting", "start": "referral"}
"""What is stored once, and by what it is known."""


def synced_before_its_answer(found: Seen) -> Iterator[Violation]:
    """Something was synced between each call that has to be stored and its answer, where syncs of
    its instance are noted."""
    noted = {one["instance"]: sorted(one["at"]) for one in found.entries if one["kind"] == "synced"}
    for call in _stored(found):
        at = noted.get(call.sent["to"])
        if at is None or _given_all_the_same(found, call):
            continue
        place = bisect_left(at, call.at)
        if place == len(at) or at[place] > call.answered:
            says = f"{call.what} was answered {call.status} before anything was on the disk"
            yield Violation(1, says, (), (call.sent, call.answer or {}))


def _given_all_the_same(found: Seen, call: Call) -> bool:
    """A meeting that is open and cannot be stored: refusing it would only open another."""
    keyless = call.what == "start" and call.sent["key_given"] is None
    return keyless and found.storage_failed(call.at, call.answered)


def none_missing(found: Seen) -> Iterator[Violation]:
    """In the end as many webhooks are listed as different bodies of the provider were accepted, or
    more; or as many as are listed at most."""
    if not any(call.accepted for call in found.of("inbox")):
        return
    sent = (call for call in found.of("webhook") if call.accepted and "bad" not in call.sent)
    bodies = {call.sent["digest"] for call in sent}
    for entry in found.entries:
        if entry["kind"] == "inbox" and entry["stored"] < min(LISTED, len(bodies)):
            says = f"{entry['stored']} webhooks are stored, and {len(bodies)} were accepted"
            yield Violation(1, says, (), (entry,))


def _stored(found: Seen) -> Iterator[Call]:
    """Every report that was accepted. Of what may come again and need no storing then: the first
    webhook with a body of the provider's, the first beacon of a person in a meeting, the first
    ending of a meeting, the first start of a referral; unless the next came before its answer. A
    beacon that was answered 202 may have had nothing to store."""
    alike: dict[tuple[str, object], list[Call]] = defaultdict(list)
    for call in found.calls.values():
        if call.what == "report":
            alike[call.what, call.sent["call"]].append(call)
        elif call.what in ONCE and "bad" not in call.sent:
            what = call.sent[ONCE[call.what]]
            alike[call.what, tuple(what) if isinstance(what, list) else what].append(call)
    for first, *others in alike.values():
        alone = not others or others[0].at > first.answered
        if alone and first.accepted and (first.what, first.status) != ("beacon", 202):
            yield first
