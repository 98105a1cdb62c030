"""2. Who is shown is who is there: two minutes after the faults in both directions, and at no
moment by what an older session says, nor for nothing."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.chaos.checker.seen import Asked, Connection, Seat, Seen
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.words import A_WHILE, may_be_over, may_put_out, sayings
from tests.chaos.history import Entry

LATE = 70.0
"""Seconds that an update may be late by what was wrong with its way there before."""
ELSEWHERE = frozenset(
    {"provider_away", "provider_slow", "provider_busy", "provider_lies"}
    | {"rotate_key", "webhooks_astray", "strangers_webhooks"}
)
"""Faults that keep no update from being told."""


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
    """Somebody was cleared while a connection of a newer session was known, and nothing had come
    since but the end of an older session, or somebody's leaving it."""
    for seat, updates in found.updates.items():
        shown = False
        for update in updates:
            if shown and not update.value and not _paused(found, update):
                yield from _cleared(found, seat, update)
            shown = bool(update.value)


def _cleared(found: Seen, seat: Seat, update: Asked) -> Iterator[Violation]:
    for one in found.live(seat[1], seat[2], update.shown):
        known = _known_since(found, one)
        if known is None or update.at <= known:
            continue
        causes, older = _causes(found, seat, one, known, update)
        if older and not causes:
            says = f"{'/'.join(seat)} was shown out by an older session"
            yield Violation(2, says, seat, (one.joined, *older, update.asked))
            return


def never_for_nothing(found: Seen) -> Iterator[Violation]:
    """Somebody who is there was shown in, then out, and nothing that was sent since the service
    told the one can have made it tell the other: a single wrong answer of the provider did, or
    nothing."""
    for seat, updates in found.updates.items():
        for before, update in pairwise(updates):
            if before.value and not update.value and _for_nothing(found, seat, before, update):
                says = f"{'/'.join(seat)} was shown out, and nothing said so"
                yield Violation(2, says, seat, (before.asked, update.asked))


def _for_nothing(found: Seen, seat: Seat, before: Asked, update: Asked) -> bool:
    there = found.live(seat[1], seat[2], update.shown)
    if not there or not _in_order(before, update):
        return False
    if any(_paused(found, one) for one in (before, update)):
        return False
    said = sayings(found, seat, before.at - A_WHILE, update.shown)
    at = update.shown
    if any(may_put_out(found, one, seat) or may_be_over(found, one, seat, at) for one in said):
        return False
    return not _was_missed(found, seat, there, before, update)


def _in_order(before: Asked, update: Asked) -> bool:
    """Whether the service knew of the one when it told the other, and each landed in time."""
    told = before.returned < update.at and before.status is not None and before.status < 300
    return told and before.shown <= before.over and update.shown <= update.over


def _paused(found: Seen, update: Asked) -> bool:
    """Whether its process was frozen: what it told may be what it had read long before."""
    begun = update.at - A_WHILE
    return any(
        entry["what"] in {"frozen", "thawed"} and begun < entry["t"] < update.at
        for entry in found.lives[update.by]
    )


def _was_missed(
    found: Seen, seat: Seat, there: Sequence[Connection], before: Asked, update: Asked
) -> bool:
    """Whether the provider may have said rightly, of the time before the person came, that nobody
    is there, and that was told only now; or was wrong twice. No such answer is about a joining that
    was known since."""
    since = min(one.joined["t"] for one in there)
    lies = [one for one in found.lies[seat[1]] if since - LATE < one < update.shown]
    known = any(_was_applied(found, one, update.at) for one in there)
    if known or lies:
        return len(lies) > 1 or not known
    soon = since + A_WHILE
    if update.at < soon:
        return True
    first = min(life[0]["t"] for life in found.lives.values())
    if before.at >= soon and found.all_at_work(max(first, since - 1), soon):
        return False
    return not found.all_well(max(first, since - LATE), update.shown, ELSEWHERE)


def _was_applied(found: Seen, one: Connection, by: float) -> bool:
    """Whether the joining had been answered so by then."""
    return any(
        (call.answer or {}).get("outcome") == "applied" and call.answered < by
        for call in found.told[one.joined["event"]]
    )


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
    """What may rightly have shown the person out since then; and what older sessions said: that
    they ended, or that somebody left them."""
    causes: list[Entry] = []
    older: list[Entry] = []
    for call in sayings(found, seat, known - A_WHILE, update.shown):
        says = call.says
        if says.get("event") in {"ended", "participantLeft"}:
            if says["meeting"] != seat[1]:
                continue
            if says["session"] not in {None, one.session}:
                older.append(call.sent)
            elif says["event"] == "ended" or says["peer"] == one.peer:
                causes.append(call.sent)
        elif may_put_out(found, call, seat):
            causes.append(call.sent)
    return causes, older


def _seats_of_connections(found: Seen) -> set[Seat]:
    return {
        (one.joined["referral"], one.meeting, one.person)
        for known in found.connections.values()
        for one in known
    }
