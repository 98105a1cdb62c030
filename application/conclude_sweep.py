"""What two answers of the provider about a meeting agree on is a fact.

The answers are compared person by person. A person is in when both list them, and out when neither
does; nothing is concluded about a person whom only one lists. A young report is left alone, because
a person who is connecting is not on the list yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.claims import ClaimedSweep, SweepAnswer
from domain.errors import DomainError
from domain.facts import Fact, Roster, StoredFact, people_of
from domain.meeting import Inside, PersonId
from domain.ports.attendance import ReferralLookup
from domain.ports.sweeps import SweepNews, Sweeps
from domain.presence import Seat, fold_presence

BETWEEN = 20.0
YOUNG = 60.0
SILENT = 3600.0
"""Seconds without a fact after which a meeting that two answers found empty is not watched."""
RARELY = 10.0
"""An empty meeting is asked about after a tenth of the time for which it has been silent; of an
hour at most."""
LONGEST_REST = SILENT / RARELY


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer about a meeting, None when no session is going on, asked for at ``at`` or later,
    when facts up to ``upto`` were known. ``key`` tells it from all other answers."""

    inside: Inside | None
    at: float
    upto: int
    key: str


@dataclass(frozen=True, slots=True)
class ConcludeSweep:
    """Times are in seconds. ``interval`` is between two answers about a meeting that somebody is
    in, ``between`` the least between two that are compared; reports younger than ``young`` are left
    alone."""

    sweeps: Sweeps
    referrals: ReferralLookup
    news: SweepNews
    interval: float
    between: float = BETWEEN
    young: float = YOUNG

    async def __call__(
        self, sweep: ClaimedSweep, answered: Answered, facts: Sequence[StoredFact]
    ) -> None:
        """Keep the answer, with the fact that follows from it and the one before. ``facts`` are all
        of the meeting."""
        now, inside, upto = answered.at, answered.inside, answered.upto
        if sweep.seen is None:
            answer = SweepAnswer(inside, upto)
            await self.sweeps.note_answer(sweep, answer, now=now, due=now + self.between)
            return
        if now - sweep.seen_at < self.between:
            await self.sweeps.postpone_sweep(sweep, due=sweep.seen_at + self.between)
            return
        roster = self._roster(sweep, inside, facts, now)
        seats = await self._seats(sweep, roster)
        changes = _changes(facts, roster)
        news = seats or changes
        fact = Fact(answered.key, sweep.referral, sweep.meeting, roster, now) if news else None
        answer, due = SweepAnswer(inside, upto, fact, seats), self._next(sweep, inside, facts, now)
        if await self.sweeps.note_answer(sweep, answer, now=now, due=due):
            self._tell(sweep, seats, changes)

    def _tell(
        self, sweep: ClaimedSweep, seats: Sequence[Seat], changes: Sequence["Change"]
    ) -> None:
        """Only those with a seat are shown to anybody, so only they can be corrected."""
        seated = sweep.seated | {seat.person for seat in seats}
        for change in changes:
            if change.after.is_in != change.before.is_in and change.person in seated:
                seat = Seat(sweep.referral, sweep.meeting, change.person)
                self.news.corrected(seat, into=change.after.is_in)
        self.news.not_heard_of(sum(change.connected for change in changes))

    def _roster(
        self,
        sweep: ClaimedSweep,
        inside: Inside | None,
        facts: Sequence[StoredFact],
        now: float,
    ) -> Roster:
        before, after = sweep.seen or frozenset(), inside.peers if inside else frozenset()
        both = {person for _, person in before} & {person for _, person in after}
        old = [fact.seq for fact in facts if fact.seq <= sweep.upto and fact.at <= now - self.young]
        return Roster(
            session=inside.session if inside else None,
            inside=frozenset(one for one in after if one[1] in both),
            upto=sweep.upto,
            reports_upto=max(old, default=0),
            unsure=frozenset(one for one in before | after if one[1] not in both),
        )

    async def _seats(self, sweep: ClaimedSweep, roster: Roster) -> tuple[Seat, ...]:
        """Whoever is inside and has no seat gets one if a doctor of the referral, as it is now."""
        strangers = {person for _, person in roster.inside} - sweep.seated
        if not strangers:
            return ()
        try:
            referral = await self.referrals(sweep.referral)
        except DomainError:
            return ()
        doctors = referral.doctors if referral else ()
        return tuple(
            Seat(sweep.referral, sweep.meeting, doctor) for doctor in doctors if doctor in strangers
        )

    def _next(
        self,
        sweep: ClaimedSweep,
        inside: Inside | None,
        facts: Sequence[StoredFact],
        now: float,
    ) -> float | None:
        """When to ask again; None when two empty answers are newer than the newest fact, and
        nothing has happened for an hour."""
        silence = now - max((fact.at for fact in facts), default=sweep.watched)
        empty = not sweep.seen and inside is None
        newest = max((fact.seq for fact in facts), default=0)
        if empty and newest <= sweep.upto and silence >= SILENT:
            return None
        rest = min(silence, SILENT) / RARELY
        return now + (max(self.interval, rest) if empty else self.interval)


class State(NamedTuple):
    """What a person's facts come to."""

    is_in: bool
    connected: bool


class Change(NamedTuple):
    """What the roster changes for somebody."""

    person: PersonId
    before: State
    after: State

    @property
    def connected(self) -> bool:
        return self.after.connected and not self.before.connected


def _changes(facts: Sequence[StoredFact], roster: Roster) -> Sequence[Change]:
    """The people whose presence the roster changes."""
    last = max((fact.seq for fact in facts), default=0)
    after = [*facts, StoredFact(last + 1, roster)]
    people = people_of(fact.what for fact in after)
    compared = (Change(one, _state(one, facts), _state(one, after)) for one in people)
    return [change for change in compared if change.before != change.after]


def _state(person: PersonId, facts: Sequence[StoredFact]) -> State:
    found = fold_presence(person, facts)
    return State(found.is_in, found.has_open_connection)
