"""Ask the provider who is inside a meeting, again and again: so a lost webhook and a wrong report
heal.

An error concludes nothing. While the list of live sessions serves (``sweep_live_list.py``), only
those meetings are asked about whose people may differ from what is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass

from application.conclude_sweep import Answered, ConcludeSweep
from domain.errors import DomainError
from domain.policies.backoff import advised_wait
from domain.policies.pace import Pace
from domain.ports.presence import PresenceFacts
from domain.ports.sweeps import Sweeps
from domain.ports.video import LiveCalls

CALLS = 2
"""Calls to the provider for one answer: which session is going on, and who is in it."""


@dataclass(frozen=True, slots=True)
class SweepMeeting:
    """``interval`` is the seconds until a question that failed is asked again."""

    sweeps: Sweeps
    facts: PresenceFacts
    calls: LiveCalls
    conclude: ConcludeSweep
    pace: Pace
    now: Callable[[], float]
    lease: float
    interval: float

    async def __call__(self) -> bool:
        """Ask about the meeting that is due longest; False when none is."""
        sweep = await self.sweeps.claim_sweep(now=self.now(), lease=self.lease)
        if sweep is None:
            return False
        facts = await self.facts.of_meeting(sweep.referral, sweep.meeting)
        await self.pace.turn(CALLS)
        asked = self.now()
        try:
            inside = await self.calls.inside(sweep.meeting)
        except DomainError as error:
            self.pace.hold(advised_wait(error))
            await self.sweeps.postpone_sweep(sweep, due=self.now() + self.interval)
            return True
        upto = max((fact.seq for fact in facts), default=0)
        key = f"roster:{sweep.meeting}:{sweep.attempts}"
        await self.conclude(sweep, Answered(inside, asked, upto, key), facts)
        return True
