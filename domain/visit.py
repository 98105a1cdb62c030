"""The visit in figures: one meeting in numbers for statistics, without its people.

Both doctors are inside while two or more of the people are who have a seat in the meeting. The
referral's doctors get one when they are first heard of, and so does whoever was reported; other
guests get none. So no partner is asked who the doctors are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from domain.facts import MeetingClosed, PeerJoined, Roster, StoredFact, people_of
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId
from domain.span import Ended, Moment, Span, what_ended
from domain.stays import spans_of


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """All that is known of a meeting about a referral. ``opened`` is when this service opened it,
    None when it did not; ``seated`` are the people who have a seat there."""

    referral: ReferralId
    meeting: MeetingId
    opened: float | None
    facts: Sequence[StoredFact]
    seated: frozenset[PersonId]


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """Some meetings. ``last`` is the number after which more may follow; None when none do."""

    meetings: Sequence[MeetingFacts]
    last: int | None


@dataclass(frozen=True, slots=True)
class Visit:
    """Times are in seconds since the epoch (UTC), None for what did not happen.

    ``first_in`` and ``last_out`` are anybody's; the latter is None while somebody is in.
    ``both_inside`` is in seconds, so far while it is still on, and never longer than from
    ``first_in`` to ``last_out``. ``connections`` counts joinings: a second tab is one more and so
    is a reconnect, but a joining that is told again is not. ``ended`` is None when nobody came.
    ``corrected`` says that a sweep had to change who is in; ``estimated`` that somebody's coming
    or going is known by our clock alone.
    """

    referral: ReferralId
    meeting: MeetingId
    opened: float | None
    first_in: float | None
    last_out: float | None
    both_inside: float
    connections: int
    ended: Ended | None
    corrected: bool
    estimated: bool


def visit_of(known: MeetingFacts, now: float) -> Visit:
    """The facts may be given in any order."""
    facts = known.facts
    theirs = {
        person: spans_of(person, facts, now) for person in people_of(fact.what for fact in facts)
    }
    spans = [*chain.from_iterable(theirs.values())]
    times = {person: united(found) for person, found in theirs.items()}
    ended = _ended(facts, spans)
    last_out = max((one.end.at for one in spans), default=None)
    return Visit(
        referral=known.referral,
        meeting=known.meeting,
        opened=known.opened,
        first_in=min((one.begin.at for one in spans), default=None),
        last_out=None if ended is Ended.STILL_ON else last_out,
        both_inside=both_inside(times.get(person, []) for person in known.seated),
        connections=_connections(facts),
        ended=ended,
        corrected=any(isinstance(fact.what, Roster) for fact in facts),
        estimated=any(one.estimated for one in chain.from_iterable(chain(*times.values()))),
    )


def united(spans: Iterable[Span]) -> list[tuple[Moment, Moment]]:
    """One person's times, in their order and apart from each other."""
    found: list[tuple[Moment, Moment]] = []
    for one in sorted(spans, key=lambda one: one.begin):
        if found and one.begin.at <= found[-1][1].at:
            begin, end = found.pop()
            found.append((begin, max(end, one.end, key=_later_and_told)))
        else:
            found.append((one.begin, one.end))
    return found


def both_inside(times: Iterable[Iterable[tuple[Moment, Moment]]]) -> float:
    """For how many seconds two or more people were in; each person's times are apart."""
    steps = sorted(chain.from_iterable(_steps(theirs) for theirs in times))
    inside, since, seconds = 0, 0.0, 0.0
    for at, step in steps:
        seconds += at - since if inside >= 2 else 0.0
        inside, since = inside + step, at
    return seconds


def _steps(times: Iterable[tuple[Moment, Moment]]) -> Iterator[tuple[float, int]]:
    for begin, end in times:
        yield begin.at, 1
        yield end.at, -1


def _later_and_told(moment: Moment) -> tuple[float, bool]:
    return moment.at, not moment.estimated


def _ended(facts: Iterable[StoredFact], spans: Sequence[Span]) -> Ended | None:
    if any(isinstance(fact.what, MeetingClosed) for fact in facts):
        return Ended.CLOSED
    if any(one.how is Ended.STILL_ON for one in spans):
        return Ended.STILL_ON
    last = max((one.end.at for one in spans), default=None)
    return what_ended(one.how for one in spans if one.end.at == last)


def _connections(facts: Iterable[StoredFact]) -> int:
    """The joinings that were told, and one of each connection that only rosters list."""
    whats = [fact.what for fact in facts]
    joined = {what for what in whats if isinstance(what, PeerJoined)}
    listed = {one for what in whats if isinstance(what, Roster) for one in what.inside}
    return len(joined) + len(listed - {(one.peer, one.person) for one in joined})
