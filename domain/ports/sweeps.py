"""The sweep: which meetings to ask the provider about, and what it answered last."""

from typing import Protocol

from domain.claims import ClaimedSweep, SweepAnswer
from domain.meeting import MeetingId
from domain.referral import ReferralId


class Sweeps(Protocol):
    """The watched meetings. A claim is a lease, so one process at a time asks about a meeting."""

    async def claim_sweep(self, *, now: float, lease: float) -> ClaimedSweep | None:
        """The meeting that is due longest; None when none is."""
        ...

    async def hasten(self, referral: ReferralId, meeting: MeetingId, *, due: float) -> None:
        """Ask about a meeting at ``due``, unless it is due before."""
        ...

    async def note_answer(
        self, sweep: ClaimedSweep, answer: SweepAnswer, *, now: float, due: float | None
    ) -> None:
        """Keep an answer to compare the next one with, and ask again at ``due``.

        The same transaction appends its fact and marks its seats due. ``due`` is None when the
        meeting need not be watched any more; a fact that came meanwhile keeps it watched.
        """
        ...

    async def postpone_sweep(self, sweep: ClaimedSweep, *, due: float) -> None:
        """Ask at ``due``; the answer that is kept stays."""
        ...
