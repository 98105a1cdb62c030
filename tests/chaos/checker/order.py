"""3. An older update lands after a newer one only when nobody could know; then the newest is told
again."""

from collections.abc import Iterator

from tests.chaos.checker.seen import Asked, Seat, Seen
from tests.chaos.checker.times import Stalls
from tests.chaos.checker.violation import Violation

NOTED = 0.1
"""Seconds from the end of a connection to its note, when nothing stalls."""
AGAIN = 90.0
"""Seconds from the next success, or from the end of the faults."""


def never_two_at_once(found: Seen) -> Iterator[Violation]:
    """An update begins while another of the seat is under way only when that one's process was
    disturbed: it may have lost its lease, and nobody knows what it did."""
    stalls = Stalls(found)
    for seat, updates in _by_seat(found).items():
        for place, later in enumerate(updates):
            for earlier in updates[:place]:
                if earlier.over <= later.at or found.disturbed(earlier.by, earlier.at, later.at):
                    continue
                if earlier.abandoned - later.at < _unseen(stalls, earlier):
                    continue
                says = f"two updates of {'/'.join(seat)} were under way at once"
                yield Violation(3, says, seat, (earlier.asked, later.asked))


def _unseen(stalls: Stalls, earlier: Asked) -> float:
    """How much later than the service gave an update up the proxy may have seen it."""
    return NOTED + stalls.longest_during(earlier.at, earlier.abandoned)


def newest_told_last(found: Seen) -> Iterator[Violation]:
    """Where an older one landed last, a still newer one followed."""
    for seat, updates in found.updates.items():
        if not updates:
            continue
        last, newest = updates[-1], max(updates, key=lambda update: update.at)
        overtaken = [one for one in updates if one.at > last.at and one.returned < last.shown]
        if newest is last or not overtaken:
            continue
        says = f"an older update of {'/'.join(seat)} landed last, and nothing was told after it"
        if found.end > max(overtaken[0].returned, found.calm) + AGAIN:
            yield Violation(3, says, seat, (last.asked, newest.asked))


def waits_for_the_newest(found: Seen) -> bool:
    """Whether an update has to be told again, and may still be."""
    for updates in found.updates.values():
        if updates and any(one.at > updates[-1].at for one in updates):
            return True
    return False


def _by_seat(found: Seen) -> dict[Seat, list[Asked]]:
    """In the order in which they were asked. What never took effect is not known to be of a seat,
    and overtakes nobody."""
    return {
        seat: sorted(updates, key=lambda one: one.at) for seat, updates in found.updates.items()
    }
