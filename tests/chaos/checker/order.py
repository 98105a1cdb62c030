"""3. An older update lands after a newer one only when nobody could know; then the newest is told
again."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from tests.chaos.checker.seen import HINDERING, Asked, Seat, Seen
from tests.chaos.checker.times import Stalls
from tests.chaos.checker.violation import Violation

NOTED = 0.1
"""Seconds within which the proxy notes that a connection ended, while nothing stalls."""
AGAIN = 90.0
"""Seconds from the attendance service's next success, within which the newest is told again."""
TOO_LATE = 55.0
"""Seconds after a newer one was answered; what lands later than a minute after that, wins."""
WELL = 30.0
"""Seconds without a hindrance, all together, in which everything that is due was tried."""
WAIT = 60.0
"""Seconds that the service waits, at most, after an attempt that failed."""
RECOVERS = 10.0
"""Seconds after a hindrance that belong to it: leases run out, outages are seen to be over."""


def never_two_at_once(found: Seen) -> Iterator[Violation]:
    """An update begins while another of the seat is under way only when that one's process was
    disturbed: it may have lost its lease, and nobody knows what it did."""
    stalls = Stalls(found)
    for seat, updates in _by_seat(found).items():
        for place, later in enumerate(updates):
            for earlier in updates[:place]:
                if earlier.over <= later.at or found.disturbed(earlier.by, earlier.at, later.at):
                    continue
                if earlier.over - later.at < _unseen(stalls, earlier):
                    continue
                says = f"two updates of {'/'.join(seat)} were under way at once"
                yield Violation(3, says, seat, (earlier.asked, later.asked))


def _unseen(stalls: Stalls, earlier: Asked) -> float:
    """How much later than the service was done with an update the proxy may have seen it; an answer
    too may have come after the service had given it up."""
    return NOTED + stalls.during(earlier.by, earlier.at, earlier.over)


def newest_told_last(found: Seen) -> Iterator[Violation]:
    """Whenever an older one landed after a newer one had been answered, the newest was told again:
    within 90 s of the attendance service's next success, and later only by what hindered that."""
    hindrances: _Hindrances | None = None
    for seat, updates in found.updates.items():
        for place, late in enumerate(updates):
            newer = [one for one in updates[:place] if _overtook(one, late)]
            if not newer or late.shown > min(one.returned for one in newer) + TOO_LATE:
                continue
            hindrances = hindrances or _Hindrances(found)
            newest = max(one.at for one in newer)
            again = [one.shown for one in updates[place + 1 :] if one.at >= newest]
            until = hindrances.told_by(late, seat)
            if found.end > until and not any(shown <= until for shown in again):
                says = f"an older update of {'/'.join(seat)} landed, and the newest was not told"
                told = max(newer, key=lambda one: one.at)
                yield Violation(3, says, seat, (told.asked, late.asked))


def _overtook(one: Asked, late: Asked) -> bool:
    return one.at > late.at and one.returned < late.shown and (one.status or 500) < 300


class _Hindrances:
    """What keeps the service from telling: faults, processes that are away, attempts that fail."""

    def __init__(self, found: Seen) -> None:
        self._found = found
        self._successes = sorted(
            one.returned for one in found.asked.values() if _is_update(one) and one.status == 200
        )
        self._lasting = sorted(found.hindrances(HINDERING))
        self._failed: dict[str, list[Asked]] = defaultdict(list)
        for one in found.asked.values():
            if _is_update(one) and (one.status is None or one.status >= 300):
                self._failed[str(one.asked["what"]).split("/")[5]].append(one)

    def told_by(self, late: Asked, seat: Seat) -> float:
        """By when the newest has to be told again."""
        place = bisect_left(self._successes, late.shown)
        none = max(late.shown, self._found.calm)
        success = self._successes[place] if place < len(self._successes) else none
        until = self._well_since(success + AGAIN - WELL)
        for one in self._failed[seat[1]]:
            if late.shown < one.at <= until:
                until = max(until, self._well_since(one.at + WAIT))
        return until

    def _well_since(self, begin: float) -> float:
        """When, from then on, nothing hindered for ``WELL`` seconds all together."""
        at, left = begin, WELL
        for hindered, over in self._lasting:
            if hindered - at >= left:
                break
            if over + RECOVERS > at:
                left -= max(0.0, hindered - at)
                at = over + RECOVERS
        return at + left


def _is_update(one: Asked) -> bool:
    what = str(one.asked["what"])
    return one.asked["of"] == "attendance" and what.startswith("POST") and "/meetings/" in what


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
