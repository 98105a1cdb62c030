"""From when to when one person was in a meeting, by the same facts as presence.

A connection counts from its joining until the first of what closed it. A report out ends it too,
unless its own leave or a roster shows it open until later, or a report in takes that back. A report
in counts by itself only while no connection confirms it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.connection import NEVER, Connection, Stay
from domain.facts import MeetingClosed, Reported, StoredFact
from domain.meeting import PersonId
from domain.presence import PresenceFold, fold_presence
from domain.span import End, Ended, Moment, Span, end_of_session, end_of_stay, ours, span

IN, OUT = True, False


def spans_of(person: PersonId, facts: Iterable[StoredFact], now: float) -> list[Span]:
    """One person's, in no order; they may overlap. ``facts`` are all of the meeting."""
    by_seq = {fact.seq: fact for fact in sorted(facts, key=lambda fact: fact.seq)}
    found = _Found(fold_presence(person, by_seq.values()), by_seq, now)
    return [*found.connected(), *found.reported()]


@dataclass(frozen=True, slots=True)
class _Found:
    fold: PresenceFold
    facts: Mapping[int, StoredFact]
    now: float

    def connected(self) -> Iterator[Span]:
        for connection, stay in self._stays():
            begin = self._begin(stay)
            found = span(begin, self._ends_of_stay(connection, stay) or self._at_last(begin))
            # A roster goes on with a joining, which has a span of its own, and may add nothing.
            if stay.roster is None or found.lasts:
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

    def _ends_of_stay(self, connection: Connection, stay: Stay) -> list[End]:
        closers = (self.facts[seq] for seq in connection.closers(stay))
        ends = [end_of_stay(fact, connection.peer, stay) for fact in closers]
        if ends and min(ends).exact:
            return ends
        closed = connection.closed(stay)
        out = next((one for one in self._reports(OUT) if not stay.counts_after(one.seq)), None)
        if out is None:
            return ends
        back = [
            report
            for report in self._reports(IN, after=out.seq)
            if (closed == NEVER or closed > report.seq)
        ]
        if not back:
            return [*ends, End(ours(out), Ended.REPORTED_OUT)]
        return [*ends, *self._ends_of_report(back[-1])]

    def _confirmed(self, report: StoredFact) -> bool:
        """Whether a connection was open when it came, or joined before the next report out."""
        out = next(self._reports(OUT, after=report.seq), None)
        for connection, stay in self._stays():
            closed = connection.closed(stay)
            in_time = out is None or stay.seq < out.seq
            if in_time and (closed == NEVER or closed > report.seq):
                return True
        return False

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

    def _stays(self) -> Iterator[tuple[Connection, Stay]]:
        for connection in self.fold.connections.values():
            for stay in connection.stays:
                yield connection, stay

    def _reports(self, *kinds: bool, after: int = NEVER) -> Iterator[StoredFact]:
        """Those in or out or both, in their order."""
        for fact in self.facts.values():
            match fact.what:
                case Reported(self.fold.person, in_meeting) if in_meeting in kinds:
                    if fact.seq > after:
                        yield fact
