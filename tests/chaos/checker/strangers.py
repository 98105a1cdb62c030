"""5. No forged, foreign or malformed webhook had any effect.

About half of those that name a meeting name one of their own: whatever is told or shown of that is
their effect. The others name a meeting of the run, as a forger would. An effect on that is seen
only where nothing else can have had it: somebody is shown in who was never there and never reported
so, or somebody is shown out whom nothing ever put out. Where people come and go it cannot be told
from what they do.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from tests.chaos.checker.seen import Asked, Call, Connection, Seat, Seen
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry

HARMLESS = frozenset({"join", "read", "see", "start"})
"""Calls that put nobody out."""
ARRIVALS = frozenset({"participantJoined", "started"})


def no_effect(found: Seen) -> Iterator[Violation]:
    bad = [call for call in found.of("webhook") if "bad" in call.sent]
    yield from _taken(bad)
    ours = {entry["meeting"] for entry in found.opened}
    about: dict[str, list[Call]] = defaultdict(list)
    for call in bad:
        if "meeting" in call.says:
            about[call.says["meeting"]].append(call)
    strange = {meeting: calls for meeting, calls in about.items() if meeting not in ours}
    yield from _told(found, strange)
    yield from _read(found, strange)
    for seat, updates in found.updates.items():
        if seat[1] in ours and seat[1] in about:
            yield from _explained_by_nothing_else(found, seat, updates, about[seat[1]])


def _taken(bad: Sequence[Call]) -> Iterator[Violation]:
    """A forged one is refused, and none is answered as applied."""
    for call in bad:
        kind, answer = call.sent["bad"], call.answer or {}
        if kind == "forged" and call.accepted:
            yield Violation(
                5, f"a forged event was answered {call.status}", (), (call.sent, answer)
            )
        elif answer.get("outcome") == "applied":
            yield Violation(5, f"a {kind} event was applied", (), (call.sent, answer))


def _told(found: Seen, strange: Mapping[str, Sequence[Call]]) -> Iterator[Violation]:
    for seat in found.updates:
        for call in strange.get(seat[1], ())[:1]:
            says = f"a {call.sent['bad']} event was told of {seat[2]}"
            yield Violation(5, says, seat, (call.sent,))


def _read(found: Seen, strange: Mapping[str, Sequence[Call]]) -> Iterator[Violation]:
    for entry in found.entries:
        told = entry["kind"] == "read" or (entry["kind"] == "stream" and entry["what"] == "told")
        for meeting in entry["meetings"] if told else ():
            for call in strange.get(meeting["meetingId"], ())[:1]:
                says = f"the meeting of a {call.sent['bad']} event was shown"
                yield Violation(5, says, (meeting["meetingId"],), (call.sent, entry))


def _explained_by_nothing_else(
    found: Seen, seat: Seat, updates: Sequence[Asked], bad: Sequence[Call]
) -> Iterator[Violation]:
    before = False
    for update in updates:
        sent = [call for call in bad if call.at < update.shown]
        unexplained = _out_for_nothing if before else _in_for_nothing
        if sent and update.value != before and unexplained(found, seat, update.shown):
            what = "out" if before else "in"
            kind = sent[-1].sent["bad"]
            says = f"{'/'.join(seat)} was shown {what}, and only a {kind} event says so"
            yield Violation(5, says, seat, (sent[-1].sent, update.asked))
        before = bool(update.value)


def _in_for_nothing(found: Seen, seat: Seat, when: float) -> bool:
    """The person was never there until then, and nobody reported so."""
    there = found.connections.get((seat[1], seat[2]), ())
    return not any(one.joined["t"] < when for one in there) and not any(
        call.at < when and _reports_in(call, seat) for call in found.about[seat[1]]
    )


def _out_for_nothing(found: Seen, seat: Seat, when: float) -> bool:
    """The person is there, came before anybody reported so, and nothing that happened until then
    could put anybody out of the meeting; nor did the provider ever say something wrong of it."""
    there = found.live(seat[1], seat[2], when)
    # What is about the seat is looked at first: it is few, and mostly it explains the update.
    calls = (found.about[seat[1]], found.about[seat[0]], found.calls.values())
    return (
        any(_came_first(found, seat, one) for one in there)
        and not any(call.at < when and _puts_out(call, seat) for call in chain(*calls))
        and not any(entry["t"] < when and _takes_away(entry, seat) for entry in found.entries)
    )


def _came_first(found: Seen, seat: Seat, one: Connection) -> bool:
    since = one.joined["t"]
    return not any(call.at < since and _reports_in(call, seat) for call in found.about[seat[1]])


def _reports_in(call: Call, seat: Seat) -> bool:
    return call.what == "report" and tuple(call.sent["seat"]) == seat and bool(call.sent["value"])


def _puts_out(call: Call, seat: Seat) -> bool:
    """Whatever is about the seat may, but for what is known not to."""
    if "bad" in call.sent or call.what in HARMLESS or call.says.get("event") in ARRIVALS:
        return False
    sent, says = call.sent, call.says
    named = {sent.get("meeting"), sent.get("referral"), sent.get("person"), says.get("meeting")}
    return not _reports_in(call, seat) and bool({*named, *sent.get("seat", ())} & {*seat})


def _takes_away(entry: Entry, seat: Seat) -> bool:
    """Somebody left at the provider, it said something wrong, or whatever else names the person."""
    if entry["kind"] == "truth":
        return entry["meeting"] == seat[1] and entry["what"] not in ARRIVALS
    if entry["kind"] == "lie":
        return bool(entry["meeting"] == seat[1])
    return entry["kind"] != "call" and entry.get("person") == seat[2]
