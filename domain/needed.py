"""Which facts of a meeting are still needed to say who is in, whatever may come.

What is closed is closed for good (``domain/connection.py``). So the joining of a connection that
is closed is *over*, and so are its leave, an end that closed all it could, and a roster whose
connections are closed. What is over is read again only for what comes late: a joining is looked up
by its connection and its session, a roster's connections by their ids and by what came since the
roster's ``upto``.

Needed are

- what began an open stay, and the stay that was closed last, of each person: it says that a report
  was confirmed;
- what ended a person's report, and what made an end leave it alone;
- the newest fact of each kind, and the ends that a late joining is compared with by its instant;
- what would end any report that the attendance service may still refuse, because then the one
  before it counts again;
- beside these what closed such a stay, and the joining that a roster goes on with. They are over
  themselves.

Reports are not spoken of here: the newest ones of a person are found by the person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.connection import NEVER
from domain.facts import Reported, Roster, SessionActive, SessionEnded, StoredFact, people_of
from domain.meeting import PersonId
from domain.presence import PresenceFold, fold_presence


@dataclass(frozen=True, slots=True)
class Needed:
    """By their ``seq``. ``beside`` are over themselves: they closed others, or go on in them."""

    facts: frozenset[int]
    beside: frozenset[int]


def still_needed(facts: Sequence[StoredFact], told: Mapping[PersonId, int]) -> Needed:
    """``told`` is up to which fact the attendance service was told of whom."""
    people = people_of(fact.what for fact in facts) | set(told)
    folds = [fold_presence(person, facts) for person in people]
    reports = {fold.person: _reports(fold, facts, told.get(fold.person, NEVER)) for fold in folds}
    needed = _newest(facts) | _latest_ends(facts)
    for fold in folds:
        needed |= set(_of_stays(fold))
        if fold.last_report > told.get(fold.person, NEVER):
            needed |= set(_ending_any(fold, told.get(fold.person, NEVER)))
        for report in reports[fold.person]:
            needed |= {fold.emptied_out(report), fold.listed_out(report)}
    needed.discard(NEVER)
    beside = _because_of(needed, folds, reports) - needed - {NEVER}
    return Needed(frozenset(needed), frozenset(beside))


def _newest(facts: Iterable[StoredFact]) -> set[int]:
    """Of each kind; of rosters also the newest that lists somebody."""
    newest: dict[object, int] = {}
    for fact in sorted(facts, key=lambda fact: fact.seq):
        what = fact.what
        newest[type(what)] = fact.seq
        if isinstance(what, Roster) and what.inside:
            newest["inside"] = fact.seq
        elif isinstance(what, SessionEnded) and what.empties:
            newest["emptied"] = fact.seq
        elif isinstance(what, SessionActive):
            newest["active", what.session] = fact.seq
    active = sorted(seq for key, seq in newest.items() if isinstance(key, tuple))
    kinds = {seq for key, seq in newest.items() if not isinstance(key, tuple)}
    # With the newest of two sessions, any end's session differs from one of them.
    return kinds | set(active[-2:])


def _latest_ends(facts: Iterable[StoredFact]) -> set[int]:
    """By their instants: of all that empty the room, and of those that name no session."""
    latest: dict[bool, tuple[float, int]] = {}
    for fact in facts:
        match fact.what:
            case SessionEnded(session, _, True, ended_at) if ended_at is not None:
                for key in {True, session is not None}:
                    latest[key] = max(latest.get(key, (ended_at, NEVER)), (ended_at, fact.seq))
            case _:
                pass
    return {seq for _, seq in latest.values()}


def _of_stays(fold: PresenceFold) -> Iterator[int]:
    last = (NEVER, NEVER)
    for connection in fold.connections.values():
        for stay in connection.stays:
            closed = connection.closed(stay)
            if closed == NEVER:
                yield stay.seq
            elif not stay.over:
                last = max(last, (closed, stay.seq))
    yield last[1]


def _ending_any(fold: PresenceFold, told: int) -> Iterator[int]:
    """For whichever report since then: the newest end that another session never spared anybody,
    those after it with what says of other sessions, and the roster that reaches furthest."""
    ends = [
        (seq, fold.superseded(told, seq, end.session))
        for seq, end in fold.happened.ends
        if end.empties and seq > told and seq not in fold.over
    ]
    since = max((seq for seq, spared in ends if not spared), default=told)
    yield from (seq for seq, _ in ends if seq >= since)
    yield from (seq for seq, _ in fold.active if seq > told)
    yield fold.listed_out(NEVER)


def _reports(fold: PresenceFold, facts: Iterable[StoredFact], told: int) -> list[int]:
    """The report in that counts, and the one that would if those not told were refused."""
    mine = [
        (fact.seq, fact.what.in_meeting)
        for fact in facts
        if isinstance(fact.what, Reported) and fact.what.person == fold.person
    ]
    settled = max((one for one in mine if one[0] <= told), default=(NEVER, False))
    counting = (fold.last_report, fold.reported_in)
    return [seq for seq, in_meeting in {settled, counting} if in_meeting]


def _because_of(
    needed: set[int], folds: Iterable[PresenceFold], reports: Mapping[PersonId, list[int]]
) -> set[int]:
    """What the fold of these needs besides, so that it closes and spares what all facts do."""
    more: set[int] = set()
    for fold in folds:
        for connection in fold.connections.values():
            for stay in connection.stays:
                if stay.seq in needed:
                    more |= {connection.closer(stay), stay.joined}
        for seq, end in fold.happened.ends:
            if seq in needed and end.empties:
                more |= {
                    fold.superseded(report, seq, end.session)
                    for report in reports[fold.person]
                    if report < seq
                }
    return more
