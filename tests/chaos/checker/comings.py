"""1. Who came and who left is shown so: what a webhook or a beacon that was answered 2xx said."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tests.chaos.checker.seen import (
    EMPTIED,
    HINDERING,
    STORAGE,
    Asked,
    Call,
    Connection,
    Seat,
    Seen,
)
from tests.chaos.checker.times import Stalls
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.words import A_WHILE, counts_until, may_put_out, sayings

WITHIN = 70.0
"""Seconds after the answer, or after the faults, whichever is later; a Retry-After is believed for
up to a minute."""
LEASE = 35.0
"""Seconds that a seat may be kept by a process that was lost."""
HOLD = 3.0
"""Seconds until what was under way is over."""
TOLD_ANEW = 6.0
"""Seconds until a seat that was in hand is told anew, while nothing hinders that."""
RECOVERS = 5.0
"""Seconds after an outage until all of it is over."""
OUTAGES = HINDERING - STORAGE | {"attendance_late"}
A_MOMENT = 0.5
"""Seconds from an answer until its seats are let go of."""
SLOW = 1.0
"""Seconds of a stall after which nothing is soon."""


def joinings(found: Seen) -> Iterator[Violation]:
    """Who joined and stays is shown in: by the answer where that says that it was applied, else
    later. Not judged where anything may have put the person out meanwhile."""
    for event, one in found.begun_by.items():
        for call in found.told[event]:
            seat = one.joined["referral"], one.meeting, one.person
            begun = min(delivery.at for delivery in found.told[event])
            if not call.accepted or _was(found, seat, True, begun, call.answered):
                continue
            until = call.answered if _applied(call) else later(found, call)
            stays = one.left > min(until, found.end)
            if stays and not any(
                _may_undo(found, one, call, said, begun)
                for said in sayings(found, seat, -1.0, until)
            ):
                yield from shown_so(found, call, seat, True, begun, until)


def _may_undo(found: Seen, one: Connection, joining: Call, said: Call, begun: float) -> bool:
    """Whether it says that the person is out, and is not older than the joining; or says that very
    connection's or session's end, of which the order does not count."""
    seat = one.joined["referral"], one.meeting, one.person
    if not may_put_out(found, said, seat):
        return False
    says = said.says
    of_it = says.get("event") == "participantLeft" and says["peer"] == one.peer
    unknown = {None, joining.says["session"]}
    ends_it = says.get("event") == "ended" and (
        says["session"] in unknown or joining.says["session"] is None
    )
    return of_it or ends_it or counts_until(found, said) > begun - A_WHILE


def leavings(found: Seen) -> Iterator[Violation]:
    """Whose only connection was closed, by its leave or by the end of its session, is shown out: by
    an answer of 200, or soon after it where something else may have had the seat in hand. Judged
    where the joining was known, and nothing else said that the person is in."""
    hands, peers = _Hands(found), {one.peer: one for one in found.begun_by.values()}
    for call in found.of("webhook"):
        if not call.accepted or "event" not in call.sent:
            continue
        for one in _closed_by(found, peers, call):
            seat = one.joined["referral"], one.meeting, one.person
            if one.left > call.at or _was(found, seat, False, call.at, call.answered):
                continue
            until = later(found, call)
            if call.status == 200 and (call.answer or {}).get("outcome") != "duplicate":
                until = hands.told_by(call, seat)
            if _closes(found, one, call, seat, until):
                yield from shown_so(found, call, seat, False, call.at, until)


def _closed_by(found: Seen, peers: Mapping[str, Connection], call: Call) -> Sequence[Connection]:
    """The connections that a leave, or an end that names its session, is about."""
    says = call.says
    if says["event"] == "participantLeft":
        return [peers[says["peer"]]] if says["peer"] in peers else []
    if says["event"] == "ended" and says["session"] and says["reason"] != EMPTIED:
        return found.in_session[says["session"]]
    return []


def _closes(found: Seen, one: Connection, call: Call, seat: Seat, until: float) -> bool:
    theirs = found.connections[seat[1], seat[2]]
    if any(other is not one and other.joined["t"] <= until for other in theirs):
        return False
    was_known = any(
        joining.status == 200
        and joining.answered < call.at
        and joining.says["session"] in {one.session, None if _is_leave(call) else one.session}
        for joining in found.told[one.joined["event"]]
    )
    return was_known and not any(
        _keeps_in(found, said, seat, one) for said in sayings(found, seat, -1.0, until)
    )


def _is_leave(call: Call) -> bool:
    return bool(call.says["event"] == "participantLeft")


def _keeps_in(found: Seen, said: Call, seat: Seat, one: Connection) -> bool:
    """A report that the closing does not end: a later one; or any, where the end of some other
    session may have closed the connection before."""
    if said.what == "report":
        is_in = tuple(said.sent["seat"]) == seat and said.sent["value"]
        return bool(is_in) and counts_until(found, said) > one.left
    return said.says.get("event") == "ended" and said.says["session"] != one.session


def beacons(found: Seen) -> Iterator[Violation]:
    """A 200 says that the person is shown out by now. A 202 may say that the person has another
    tab, so only the first beacon of who had one connection at most is told later for certain."""
    begun: set[Seat] = set()
    for call in found.of("beacon"):
        referral, meeting, person = call.sent["seat"]
        seat = referral, meeting, person
        if call.status == 200:
            yield from shown_so(found, call, seat, False, call.at, call.answered)
        elif call.status == 202 and seat not in begun:
            until = later(found, call)
            tabs = [one for one in found.connections[meeting, person] if one.joined["t"] <= until]
            told = any(call.at <= one.at and one.shown <= until for one in found.updates[seat])
            if len(tabs) <= 1 and not told:
                yield _untold(found, call, seat, until)
        begun.add(seat)


def shown_so(
    found: Seen, call: Call, seat: Seat, value: bool, begin: float, until: float
) -> Iterator[Violation]:
    """That the flag was so at some time of these. What landed when nobody could know is made up for
    otherwise (assertion 3)."""
    if _was(found, seat, value, begin, until):
        return
    updates = found.updates.get(seat, ())
    if not any(one and _unforeseen(found, one, updates) for one in _of_then(updates, begin, until)):
        yield _untold(found, call, seat, until)


def _was(found: Seen, seat: Seat, value: bool, begin: float, until: float) -> bool:
    then = _of_then(found.updates.get(seat, ()), begin, until)
    return any(bool(one and one.value) == value for one in then)


def _of_then(updates: Sequence[Asked], begin: float, until: float) -> Sequence[Asked | None]:
    """What was shown at some time of these; None for nothing yet."""
    known = [None, *(one for one in updates if one.shown <= until)]
    before = sum(one is not None and one.shown <= begin for one in known)
    return known[before:]


def _untold(found: Seen, call: Call, seat: Seat, until: float) -> Violation:
    says = f"{_named(call)} of {'/'.join(seat)} was answered {call.status}, and not told in time"
    return Violation(1, says, seat, (call.sent, call.answer or {}), for_good=found.end > until)


def _unforeseen(found: Seen, update: Asked, updates: Sequence[Asked]) -> bool:
    """Whether it landed after the service was done with it, or after a newer one, or a process that
    was disturbed sent it: then the service may hold something else for shown."""
    overtaken = any(one.at > update.at and one.shown < update.shown for one in updates)
    began = max(update.at - LEASE, found.lives[update.by][0]["t"])
    disturbed = found.disturbed(update.by, began, update.shown)
    return overtaken or update.shown > update.over or disturbed


def _named(call: Call) -> str:
    return f"{call.what} {call.says['event']}" if call.says else call.what


def _applied(call: Call) -> bool:
    return call.status == 200 and (call.answer or {}).get("outcome") == "applied"


def later(found: Seen, call: Call) -> float:
    """By when what was only stored is told."""
    return max(call.answered, found.calm) + WITHIN


class _Hands:
    """Who may have a seat in hand. Whoever has it tells it, so a webhook that comes meanwhile does
    not wait for that."""

    def __init__(self, found: Seen) -> None:
        self._found = found
        self._stalls = Stalls(found)
        self._failures = [*found.hindrances(STORAGE)]
        self._told: dict[str, list[Asked]] = defaultdict(list)
        for one in found.asked.values():
            path = str(one.asked["what"]).split("/")
            if one.asked["of"] == "attendance" and "meetings" in path:
                self._told[path[path.index("meetings") + 1]].append(one)

    def told_by(self, call: Call, seat: Seat) -> float:
        """By when it is told: by its answer where nothing else may have had the seat in hand, soon
        where that went well, else later."""
        if self._may_be_lost(call, seat):
            return later(self._found, call)
        if not self._at_work(call, seat, call.at - A_MOMENT, call.answered + HOLD):
            return call.answered
        if self._hindered(seat, call.at, call.answered + TOLD_ANEW):
            return later(self._found, call)
        return call.answered + TOLD_ANEW

    def _may_be_lost(self, call: Call, seat: Seat) -> bool:
        """Whether something about the meeting was under way when a process or storage failed, and
        the seat was not told of since: then it may be kept until its lease is over."""
        lost = call.at - LEASE
        told = [one for one in self._found.updates.get(seat, ()) if one.returned < call.at]
        since = max([lost, *(one.at for one in told)])
        return self._stalls.longest_during(lost, call.answered) > SLOW or any(
            self._at_work(call, seat, begin - A_MOMENT, end)
            for begin, end in self._failures
            if begin < call.answered and end > since
        )

    def _hindered(self, seat: Seat, begin: float, end: float) -> bool:
        """Whether anything kept updates from being told; after an outage of the attendance service
        that goes on for a while."""
        failed = (one for one in self._told[seat[1]] if one.status is None or one.status >= 300)
        outages = {*self._found.faults_during(begin - RECOVERS, end)} & OUTAGES
        return (
            bool(outages)
            or any(begin - HOLD < one.at < end for one in failed)
            or any(since < end and over > begin for since, over in self._failures)
            or self._stalls.longest_during(begin, end) > SLOW
        )

    def _at_work(self, call: Call, seat: Seat, begin: float, end: float) -> bool:
        """Whether anything else about the meeting was under way between these times."""
        return any(one.at < end and one.over > begin for one in self._told[seat[1]]) or any(
            said is not call for said in sayings(self._found, seat, begin, min(end, call.answered))
        )
