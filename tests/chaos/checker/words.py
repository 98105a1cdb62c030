"""What was said that may put somebody out, and until when each may still change something."""

from collections.abc import Iterator

from tests.chaos.checker.seen import NEVER, Call, Seat, Seen

A_WHILE = 10.0
"""Seconds within which what is under way is over."""


def sayings(found: Seen, seat: Seat, after: float, until: float) -> Iterator[Call]:
    """All that was sent of the seat's meeting or referral by ``until``, and that the service may
    first have taken into account after ``after``."""
    for call in (*found.about[seat[1]], *found.about[seat[0]]):
        if call.at <= until and counts_until(found, call) > after:
            yield call


def counts_until(found: Seen, call: Call) -> float:
    """A call that was refused counts never, and one that was accepted is known from then on. A
    webhook is known once a 200 says so; what was only stored, perhaps, is handled at any time. An
    ending is for ever."""
    if call.status is not None and 400 <= call.status < 500:
        return -NEVER
    if call.what == "end":
        return NEVER
    if call.what == "webhook":
        deliveries = found.told[call.sent.get("event", -1)]
        return min((one.answered for one in deliveries if one.status == 200), default=NEVER)
    return call.answered if call.accepted else call.answered + A_WHILE


def may_put_out(found: Seen, call: Call, seat: Seat) -> bool:
    """Whether a call says that the person is out, or may: of its meeting, its session's end, or a
    connection of that person."""
    if call.what in {"report", "beacon"}:
        return tuple(call.sent["seat"]) == seat and not call.sent.get("value")
    if call.what == "clear":
        return call.sent["referral"] == seat[0] and call.sent.get("person") in {None, seat[2]}
    if call.what == "end":
        return bool(call.sent["meeting"] == seat[1])
    says = call.says
    if says.get("meeting") != seat[1]:
        return False
    return says.get("event") == "ended" or (
        says.get("event") == "participantLeft" and _is_theirs(found, call, seat)
    )


def _is_theirs(found: Seen, call: Call, seat: Seat) -> bool:
    """A leave may name nobody; its connection is somebody's."""
    theirs = {one.peer for one in found.connections[seat[1], seat[2]]}
    return call.says["person"] == seat[2] or call.says["peer"] in theirs


def may_be_over(found: Seen, call: Call, seat: Seat, at: float) -> bool:
    """Whether a webhook tells of the person's joining by a connection that was not there any more
    at that time, or that has an id which another had: one that had left may count as closed."""
    says = call.says
    if says.get("event") != "participantJoined" or says["meeting"] != seat[1]:
        return False
    theirs = found.connections[seat[1], seat[2]]
    same = [one for one in theirs if one.peer == says["peer"]]
    return bool(same) and (len(same) > 1 or same[0].left <= at)
