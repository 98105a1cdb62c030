"""From when to when one person was in a meeting, by the same facts as presence.

A connection counts from its joining until the first of what closed it. A report out ends it too,
unless its own leave or a roster shows it open until later, or a report in takes that back. A report
in counts by itself only while no connection confirms it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.connection import NEVER, Connection, Stay
from domain.facts import MeetingClosed, Reported, StoredFact
from domain.meeting import PersonId
from domain.presence import PresenceFold, fold_presence
from domain.span import End, Ended, Moment, Span, end_of_session, end_of_stay, ours, span

IN, OUT = True, False


def spans_of(person: PersonId, facts: Iterable[StoredFact], now: float) -> list[Span]:
    """One person's, in no order; they may overlap. ``facts`` are all of the meeting."""
    by_seq = {fact.seq: fact for fact in sorted(facts, key=lambda fact: fact.seq)}
    fold = fold_presence(person, by_seq.values())
    stays = [
        _Stay(connection, stay, connection.closed(stay))
        for connection in fold.connections.values()
        for stay in connection.stays
    ]
    reports = [
        _Report(fact, fact.what.in_meeting)
        for fact in by_seq.values()
        if isinstance(fact.what, Reported) and fact.what.person == person
    ]
    found = _Found(fold, by_seq, stays, reports, now)
    return [*found.connected(), *found.reported()]


class _Stay(NamedTuple):
    connection: Connection
    stay: Stay
    closed: int

    def open_after(self, seq: int) -> bool:
        return self.closed == NEVER or self.closed > seq


class _Report(NamedTuple):
    fact: StoredFact
    in_meeting: bool


@dataclass(frozen=True, slots=True)
class _Found:
    fold: PresenceFold
    facts: Mapping[int, StoredFact]
    stays: Sequence[_Stay]
    reports: Sequence[_Report]
    now: float

    def connected(self) -> Iterator[Span]:
        for one in self.stays:
            begin = self._begin(one.stay)
            found = span(begin, self._ends_of_stay(one) or self._at_last(begin))
            # A roster goes on with a joining, which has a span of its own, and may add nothing.
            if one.stay.roster is None or found.lasts:
                yield found

    def reported(self) -> Iterator[Span]:
        for report in self._reports(IN):
            if not self._confirmed(report):
                ends = list(self._ends_of_report(report))
                yield span(ours(report), ends or self._at_last(ours(report)))

    def _begin(self, stay: Stay) -> Moment:
        learned = ours(self.facts[stay.seq])
        if stay.joined_at is None:
            return learned
        told = Moment(stay.joined_at, estimated=False)
        return max(learned, told) if stay.roster else told

    def _ends_of_stay(self, one: _Stay) -> list[End]:
        closers = (self.facts[seq] for seq in one.connection.closers(one.stay))
        ends = [end_of_stay(fact, one.connection.peer, one.stay) for fact in closers]
        if ends and min(ends).exact:
            return ends
        outs = (out for out in self._reports(OUT) if not one.stay.counts_after(out.seq))
        out = next(outs, None)
        if out is None:
            return ends
        back = [fact for fact in self._reports(IN, after=out.seq) if one.open_after(fact.seq)]
        if not back:
            return [*ends, End(ours(out), Ended.REPORTED_OUT)]
        return [*ends, *self._ends_of_report(back[-1])]

    def _confirmed(self, report: StoredFact) -> bool:
        """Whether a connection was open when it came, or joined before the next report out."""
        out = next(self._reports(OUT, after=report.seq), None)
        return any(
            one.open_after(report.seq) and (out is None or one.stay.seq < out.seq)
            for one in self.stays
        )

    def _ends_of_report(self, report: StoredFact) -> Iterator[End]:
        for later in self._reports(IN, OUT, after=report.seq):
            # Also one that says in again: it takes the place of the first.
            yield End(ours(later), Ended.REPORTED_OUT)
        for seq, ended in self.fold.happened.ends:
            other = self.fold.superseded(report.seq, seq, ended.session)
            if ended.empties and seq > report.seq and not other:
                end = end_of_session(self.facts[seq], ended)
                sound = end.moment.at >= report.at
                yield end if sound else End(ours(self.facts[seq]), end.how)
        for seq, roster in self.fold.happened.rosters:
            if roster.reports_upto >= report.seq and not roster.names(self.fold.person):
                yield End(ours(self.facts[seq]), Ended.SWEPT)

    def _at_last(self, begin: Moment) -> list[End]:
        """Of what nothing else ended."""
        for fact in self.facts.values():
            if isinstance(fact.what, MeetingClosed):
                return [End(ours(fact), Ended.CLOSED)]
        return [End(Moment(max(begin.at, self.now), estimated=True), Ended.STILL_ON)]

    def _reports(self, *kinds: bool, after: int = NEVER) -> Iterator[StoredFact]:
        """Those in or out or both, in their order."""
        for fact, in_meeting in self.reports:
            if fact.seq > after and in_meeting in kinds:
                yield fact
