"""The sweep: which meetings to ask the provider about, and what it answered first."""

from typing import Protocol

from domain.claims import ClaimedSweep
from domain.facts import Fact
from domain.meeting import Inside, MeetingId
from domain.referral import ReferralId


class Sweeps(Protocol):
    """The meetings that somebody may be in. A claim is a lease, so each is asked about once."""

    async def claim_sweep(self, *, now: float, lease: float) -> ClaimedSweep | None:
        """The meeting that is due longest; None when none is."""
        ...

    async def hasten(self, referral: ReferralId, meeting: MeetingId, *, due: float) -> None:
        """Ask about a meeting at ``due``, unless it is due before."""
        ...

    async def note_answer(
        self, sweep: ClaimedSweep, inside: Inside | None, *, upto: int, now: float, due: float
    ) -> None:
        """Keep a first answer until the second is asked for at ``due``. ``upto`` numbers the newest
        fact that was known when the provider was asked."""
        ...

    async def finish_sweep(
        self, sweep: ClaimedSweep, fact: Fact | None, *, now: float, due: float | None
    ) -> None:
        """Append what was concluded, if anything, and mark its seats due. Ask again at ``due``;
        None when nobody can be in any more."""
        ...
