"""4. One meeting per key, and per referral where that is set; nothing joined after it was ended."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set

from tests.chaos.checker.seen import Asked, Call, Seen
from tests.chaos.checker.times import LETTING_GO
from tests.chaos.checker.violation import Violation

LEASE = 35.0
"""Seconds that the start of a process which was lost may keep its key."""


def one_per_key(found: Seen) -> Iterator[Violation]:
    """All who were answered have the same, and no second was opened, but by a request that the
    service had given up before the provider acted on it: it could not be found by then. A referral
    without a key may have another once the closing of its meeting was asked for."""
    got: dict[str, set[str]] = defaultdict(set)
    for entry in found.entries:
        if entry["kind"] == "got" and (entry["key"] or found.setting["one_per_referral"]):
            got[entry["referral"]].add(entry["meeting"])
    opened: dict[str, list[Asked]] = defaultdict(list)
    for one in found.asked.values():
        if one.opened is not None:
            opened[one.opened["title"]].append(one)
    keyed = {call.sent["referral"] for call in found.of("start") if call.sent["key_given"]}
    ended = {call.sent["meeting"] for call in found.of("end")}
    for referral in {*keyed, *got}:
        replaced = set() if referral in keyed else ended
        if len(got[referral]) > 1 + len(got[referral] & replaced):
            says = f"the starts of {referral} were answered with {len(got[referral])} meetings"
            yield Violation(4, says, (referral,))
        yield from _opened_twice(referral, opened[referral], replaced)


def _opened_twice(
    referral: str, opened: Sequence[Asked], replaced: Set[str]
) -> Iterator[Violation]:
    """``replaced`` are meetings beside which the referral may have another."""
    entries = [one.opened for one in opened if one.opened]
    lost = [one for one in opened if one.opened and one.abandoned < one.opened["t"]]
    more = len(replaced & {entry["meeting"] for entry in entries})
    if len(opened) > 1 + len(lost) + more:
        says = f"{len(opened)} meetings were opened for {referral}, {len(lost)} of them unseen"
        yield Violation(4, says, (referral,), tuple(entries))


def nothing_after_its_end(found: Seen) -> Iterator[Violation]:
    ended: dict[str, Call] = {}
    for call in found.of("end"):
        if call.accepted:
            known = ended.get(call.sent["meeting"])
            if known is None or call.answered < known.answered:
                ended[call.sent["meeting"]] = call
    for call in found.of("join"):
        end = ended.get(call.sent["meeting"])
        if call.accepted and end is not None and call.at > end.answered:
            says = f"somebody was let into {call.sent['meeting']} after it was ended"
            yield Violation(4, says, (call.sent["meeting"],), (end.sent, call.sent))


def nobody_locked_out(found: Seen) -> Iterator[Violation]:
    """A key is in use only while a call with it is under way; where a process or storage failed,
    until its lease is over."""
    starts = defaultdict(list)
    for call in found.of("start"):
        starts[call.sent["referral"]].append(call)
    instances = range(found.setting["instances"])
    for referral, calls in starts.items():
        for call in calls:
            begun = call.at - LEASE
            others = (one for one in calls if one is not call and begun < one.answered)
            if call.status != 409 or any(_may_hold(one, call) for one in others):
                continue
            up = max(begun, *(found.lives[one][0]["t"] for one in instances))
            disturbed = any(found.disturbed(one, up, call.answered) for one in instances)
            if not (disturbed or found.storage_failed(begun, call.answered)):
                says = f"a start of {referral} was refused, as if another were under way"
                yield Violation(4, says, (referral,), (call.sent, call.answer or {}))


def _may_hold(one: Call, refused: Call) -> bool:
    """Whether that call may have held the key: it was not over, or the service could not release
    it. Releasing is tried for a second, so a failed call that was answered sooner has released it.
    """
    if one.at > refused.answered:
        return False
    if one.status is None or one.answered > refused.at:
        return True
    return not one.accepted and one.answered - one.at >= LETTING_GO
