"""2. Who is shown is who is there: two minutes after the faults in both directions, and at no
moment by an older session's end."""

from collections.abc import Iterator

from tests.chaos.checker.seen import Asked, Call, Connection, Seat, Seen
from tests.chaos.checker.violation import Violation
from tests.chaos.history import Entry

LIES = frozenset({"provider_lies", "strangers_webhooks"})
A_WHILE = 10.0
"""Seconds within which the provider is asked twice, and what is under way is over."""
LATE = 60.0
"""Seconds that an update may be late by what was wrong before."""


def settled(found: Seen) -> Iterator[Violation]:
    """The flag of each doctor against the provider's truth. A report that nothing contradicted is
    contradicted by then: the provider was asked."""
    seats = {*found.updates, *_seats_of_connections(found)}
    for seat in sorted(seats):
        updates = found.updates.get(seat, [])
        shown = bool(updates and updates[-1].value)
        inside = bool(found.live(seat[1], seat[2], found.end))
        if shown and not inside:
            yield Violation(
                2, f"{'/'.join(seat)} is shown in, and is not there", seat, for_good=False
            )
        if inside and not shown:
            yield Violation(2, f"{'/'.join(seat)} is there, and is shown out", seat, for_good=False)


def never_by_an_older_session(found: Seen) -> Iterator[Violation]:
    """Somebody was cleared while a connection of a newer session was known, and nothing but the end
    of an older session had come since."""
    for seat, updates in found.updates.items():
        shown = False
        for update in updates:
            if shown and not update.value:
                yield from _cleared(found, seat, update)
            shown = bool(update.value)


def _cleared(found: Seen, seat: Seat, update: Asked) -> Iterator[Violation]:
    for one in found.live(seat[1], seat[2], update.shown):
        known = _known_since(found, one)
        if known is None or update.at <= known:
            continue
        causes, older = _causes(found, seat, one, known, update)
        if older and not causes:
            says = f"{'/'.join(seat)} was shown out by the end of an older session"
            yield Violation(2, says, seat, (one.joined, *older, update.asked))
            return


def never_for_nothing(found: Seen) -> Iterator[Violation]:
    """One wrong answer of the provider cleared a person who had been there for a while. Nothing
    that was sent was about that person."""
    for seat, updates in found.updates.items():
        before = False
        for update in updates:
            if before and not update.value and _for_nothing(found, seat, update):
                says = f"{'/'.join(seat)} was shown out, and nothing said so"
                yield Violation(2, says, seat, (update.asked,))
            before = bool(update.value)


def _for_nothing(found: Seen, seat: Seat, update: Asked) -> bool:
    """Not while anything else was wrong: what was told late may be of before."""
    there = found.live(seat[1], seat[2], update.shown)
    since = min((one.joined["t"] for one in there), default=update.at)
    if since > update.at - A_WHILE or not found.all_well(since - LATE, update.shown, LIES):
        return False
    return not any(
        since - A_WHILE < call.answered and call.at < update.shown and _concerns(call, seat)
        for call in (*found.about[seat[1]], *found.about[seat[0]])
    )


def _concerns(call: Call, seat: Seat) -> bool:
    if call.what in {"report", "beacon"}:
        return tuple(call.sent["seat"]) == seat and not call.sent.get("value")
    if call.what == "clear":
        return bool(call.sent["referral"] == seat[0])
    if call.what == "webhook":
        says = call.says
        leaves = says.get("event") == "participantLeft" and says["person"] in {None, seat[2]}
        return says.get("meeting") == seat[1] and (leaves or says["event"] == "ended")
    return call.what == "end" and bool(call.sent["meeting"] == seat[1])


def _known_since(found: Seen, one: Connection) -> float | None:
    """When the joining that names its session was answered 200: then it is not only stored."""
    answered = [
        call.answered
        for call in found.told[one.joined["event"]]
        if call.status == 200 and call.says["session"] == one.session
    ]
    return min(answered, default=None)


def _causes(
    found: Seen, seat: Seat, one: Connection, known: float, update: Asked
) -> tuple[list[Entry], list[Entry]]:
    """What may rightly have shown the person out since then, and the ends of older sessions. What
    was only stored by then may count later."""
    causes: list[Entry] = []
    older: list[Entry] = []
    for call in (*found.about[seat[1]], *found.about[seat[0]]):
        if call.at > update.shown or (call.answered < known and call.status != 202):
            continue
        if call.what in {"clear", "end"} or _puts_out(call, seat, one):
            causes.append(call.sent)
        elif call.says.get("event") == "ended" and call.says["meeting"] == seat[1]:
            newer = call.says["session"] in {None, one.session}
            (causes if newer else older).append(call.sent)
    return causes, older


def _puts_out(call: Call, seat: Seat, one: Connection) -> bool:
    """A report, or the leaving of that connection."""
    if call.what in {"report", "beacon"}:
        return tuple(call.sent["seat"]) == seat and not call.sent.get("value")
    return call.says.get("event") == "participantLeft" and bool(call.says["peer"] == one.peer)


def _seats_of_connections(found: Seen) -> set[Seat]:
    return {
        (one.joined["referral"], one.meeting, one.person)
        for known in found.connections.values()
        for one in known
    }
