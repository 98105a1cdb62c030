"""Ask the provider who is inside, twice; what both answers agree on is a fact.

So a lost webhook and a wrong report heal. An error concludes nothing, and nobody who has just been
reported is put out: who is connecting is not inside yet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.claims import ClaimedSweep
from domain.errors import DomainError
from domain.facts import Fact, Roster, StoredFact
from domain.meeting import Inside, PersonId
from domain.policies.pace import Pace
from domain.ports.presence import PresenceFacts
from domain.ports.sweeps import Sweeps
from domain.ports.video import LiveCalls
from domain.presence import fold_presence

CALLS = 2
"""To the provider for one answer: which session is on, and who is in it."""
BETWEEN = 20.0
YOUNG = 60.0


@dataclass(frozen=True, slots=True)
class SweepMeeting:
    """``interval`` is the time between sweeps of a meeting, in seconds; ``between`` that between
    the two questions of one; reports younger than ``young`` are left alone."""

    sweeps: Sweeps
    facts: PresenceFacts
    calls: LiveCalls
    pace: Pace
    now: Callable[[], float]
    lease: float
    interval: float
    between: float = BETWEEN
    young: float = YOUNG

    async def __call__(self) -> bool:
        """Ask about the meeting that is due longest; False when none is."""
        sweep = await self.sweeps.claim_sweep(now=self.now(), lease=self.lease)
        if sweep is None:
            return False
        facts = await self.facts.of_meeting(sweep.referral, sweep.meeting)
        if not _anybody(facts):
            await self.sweeps.finish_sweep(sweep, None, now=self.now(), due=None)
            return True
        await self.pace.turn(CALLS)
        try:
            inside = await self.calls.inside(sweep.meeting)
        except DomainError:
            await self.sweeps.finish_sweep(
                sweep, None, now=self.now(), due=self.now() + self.interval
            )
            return True
        await self._answered(sweep, inside, facts)
        return True

    async def _answered(
        self, sweep: ClaimedSweep, inside: Inside | None, facts: Sequence[StoredFact]
    ) -> None:
        now = self.now()
        agreed = sweep.seen is not None and (sweep.session, sweep.seen) == (
            inside and inside.session,
            inside.peers if inside else frozenset(),
        )
        if not agreed or now - sweep.seen_at < self.between:
            upto = max((fact.seq for fact in facts), default=0)
            due = now + self.between
            await self.sweeps.note_answer(sweep, inside, upto=upto, now=now, due=due)
            return
        fact = self._concluded(sweep, facts, now)
        await self.sweeps.finish_sweep(sweep, fact, now=now, due=now + self.interval)

    def _concluded(
        self, sweep: ClaimedSweep, facts: Sequence[StoredFact], now: float
    ) -> Fact | None:
        """What both answers say, if it changes anything for anybody."""
        old = [fact.seq for fact in facts if fact.seq <= sweep.upto and fact.at <= now - self.young]
        roster = Roster(
            sweep.session,
            sweep.seen or frozenset(),
            upto=sweep.upto,
            reports_upto=max(old, default=0),
        )
        after = [*facts, StoredFact(max(fact.seq for fact in facts) + 1, roster, now)]
        if all(_state(person, facts) == _state(person, after) for person in _people(facts)):
            return None
        key = f"roster:{sweep.meeting}:{sweep.attempts}"
        return Fact(key, sweep.referral, sweep.meeting, roster, now)


def _people(facts: Sequence[StoredFact]) -> set[PersonId]:
    people = (getattr(fact.what, "person", None) for fact in facts)
    return {person for person in people if person is not None}


def _state(person: PersonId, facts: Sequence[StoredFact]) -> tuple[bool, bool]:
    found = fold_presence(person, facts)
    return found.is_in, found.has_open_connection


def _anybody(facts: Sequence[StoredFact]) -> bool:
    return any(any(_state(person, facts)) for person in _people(facts))
