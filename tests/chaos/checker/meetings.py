"""4. One meeting per key, and per referral where that is set; nothing joined after it was ended."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.chaos.checker.seen import Asked, Call, Seen
from tests.chaos.checker.times import LETTING_GO
from tests.chaos.checker.violation import Violation

LEASE = 35.0
"""Seconds that the start of a process which was lost may keep its key."""


def one_per_key(found: Seen) -> Iterator[Violation]:
    """All who were answered have the same, and no second was opened, but by a request that the
    service had given up before the provider acted on it: it could not be found by then."""
    got: dict[str, set[str]] = defaultdict(set)
    for entry in found.entries:
        if entry["kind"] == "got" and (entry["key"] or found.setting["one_per_referral"]):
            got[entry["referral"]].add(entry["meeting"])
    keyed = {call.sent["referral"] for call in found.of("start") if call.sent["key_given"]}
    for referral, meetings in got.items():
        if len(meetings) > 1 + _closed(found, meetings) * (referral not in keyed):
            says = f"the starts of {referral} were answered with {len(meetings)} meetings"
            yield Violation(4, says, (referral,))
    opened: dict[str, list[Asked]] = defaultdict(list)
    for one in found.asked.values():
        if one.opened is not None:
            opened[one.opened["title"]].append(one)
    for referral in {*keyed, *got}:
        yield from _opened_twice(found, referral, opened[referral])


def _opened_twice(found: Seen, referral: str, opened: Sequence[Asked]) -> Iterator[Violation]:
    lost = [one for one in opened if one.abandoned < one.opened["t"]]  # type: ignore[index]
    closed = _closed(found, {one.opened["meeting"] for one in opened if one.opened})
    if len(opened) > 1 + len(lost) + closed:
        says = f"{len(opened)} meetings were opened for {referral}, {len(lost)} of them unseen"
        entries = tuple(one.opened for one in opened if one.opened)
        yield Violation(4, says, (referral,), entries)


def _closed(found: Seen, meetings: set[str]) -> int:
    """Whose closing was asked for: another may be opened."""
    return len(meetings & {call.sent["meeting"] for call in found.of("end")})


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
    """Whether it was under way, or its key could perhaps not be let go of: that is tried for a
    second, so who was answered sooner has done it."""
    if one.at > refused.answered:
        return False
    if one.status is None or one.answered > refused.at:
        return True
    return not one.accepted and one.answered - one.at >= LETTING_GO
