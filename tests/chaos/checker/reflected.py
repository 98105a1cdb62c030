"""1. What was answered 2xx is reflected in what the partners show: a 200 by then, a 202 later."""

from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.checker.comings import (
    SLOW,
    WITHIN,
    beacons,
    joinings,
    later,
    leavings,
    shown_so,
)
from tests.chaos.checker.seen import EMPTIED, NEVER, Call, Seat, Seen
from tests.chaos.checker.times import Stalls
from tests.chaos.checker.violation import Violation

SOON = 15.0
LATE = frozenset({"attendance_late", "webhooks_astray", "strangers_webhooks", "provider_lies"})
"""Faults that leave the attendance service well."""


def reflected(found: Seen) -> Iterator[Violation]:
    yield from _reports(found)
    yield from _session_ends(found)
    yield from joinings(found)
    yield from leavings(found)
    yield from beacons(found)
    yield from _endings(found)
    yield from _starts(found)


def _reports(found: Seen) -> Iterator[Violation]:
    """A report is always told again, so an update of its seat began after it was sent."""
    for call in found.of("report"):
        if call.accepted:
            referral, meeting, person = call.sent["seat"]
            yield from _told(found, call, (referral, meeting, person))


def _session_ends(found: Seen) -> Iterator[Violation]:
    """An end that empties the room is told of both doctors. It counts once, in whatever number of
    deliveries; the first of them began it."""
    first: dict[tuple[object, ...], float] = {}
    for call in found.of("webhook"):
        says = call.says
        if says.get("reason") == EMPTIED and "bad" not in call.sent:
            which = call.sent["event"]
            first.setdefault(which, call.at)
            if call.accepted and says["referral"]:
                number = says["referral"].removeprefix("enc-")
                for doctor in (f"dra-{number}", f"dr-{number}"):
                    seat = says["referral"], says["meeting"], doctor
                    yield from _told(found, call, seat, since=first[which])


def _told(
    found: Seen, call: Call, seat: Seat, *, since: float | None = None
) -> Iterator[Violation]:
    """A 200 says that it is told by now, a 202 that it will be."""
    began = call.at if since is None else since
    until = call.answered + _given(found, call) if call.status == 202 else call.answered
    after = [update for update in found.updates[seat] if update.at >= began]
    if not any(update.shown <= until for update in after):
        what = call.sent.get("value", call.says.get("event"))
        whose = "/".join(seat)
        says = f"{call.what} {what} of {whose} was answered {call.status}, and not told in time"
        told_so = (call.sent, call.answer or {})
        yield Violation(1, says, seat, told_so, for_good=found.end > until)


def _given(found: Seen, call: Call) -> float:
    """The seconds that a 202 has. While the attendance service is well, or answers late and in
    time, it is told soon: the sweep, which leaves young reports alone, makes up for none of them.
    """
    soon = call.answered + SOON
    well = call.what == "report" and found.all_well(call.at - WITHIN, soon, LATE)
    if well and Stalls(found).longest_during(call.at, soon) < SLOW:
        return SOON
    return later(found, call) - call.answered


def _endings(found: Seen) -> Iterator[Violation]:
    """In the end the provider has closed it, and nobody is in it or shown so; by an answer of 200
    already."""
    seats: dict[str, list[Seat]] = defaultdict(list)
    for seat in found.updates:
        seats[seat[1]].append(seat)
    for call in found.of("end"):
        if call.accepted:
            meeting = call.sent["meeting"]
            yield from _closed(found, call, meeting)
            for seat in seats[meeting]:
                yield from _shown_out(found, call, seat)


def _closed(found: Seen, call: Call, meeting: str) -> Iterator[Violation]:
    entries = (call.sent, call.answer or {})
    if call.status == 200 and found.inactive.get(meeting, NEVER) > call.answered:
        says = f"{meeting} was ended, and was open at the provider when that was answered 200"
        yield Violation(1, says, (meeting,), entries)
    if meeting not in found.inactive:
        says = f"{meeting} was ended, and is open at the provider"
        yield Violation(1, says, (meeting,), entries, for_good=False)
    people = [person for where, person in found.connections if where == meeting]
    if any(found.live(meeting, person, found.end) for person in people):
        says = f"{meeting} was ended, and people are in it"
        yield Violation(1, says, (meeting,), entries, for_good=False)


def _shown_out(found: Seen, call: Call, seat: Seat) -> Iterator[Violation]:
    if call.status == 200:
        yield from shown_so(found, call, seat, False, call.answered, call.answered)
    if found.updates[seat] and found.updates[seat][-1].value:
        says = f"{seat[1]} was ended, and {seat[2]} is shown in it"
        yield Violation(1, says, seat, (call.sent, call.answer or {}), for_good=False)


def _starts(found: Seen) -> Iterator[Violation]:
    opened = {entry["meeting"]: entry["title"] for entry in found.opened}
    for entry in found.entries:
        if entry["kind"] == "got" and opened.get(entry["meeting"]) != entry["referral"]:
            says = f"a start was answered with {entry['meeting']}, which is not the referral's"
            yield Violation(1, says, (entry["meeting"],), (entry,))
