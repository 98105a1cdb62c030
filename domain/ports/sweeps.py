"""The sweep: which meetings to ask the provider about, and what it answered last."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from domain.claims import ClaimedList, ClaimedSweep, SweepAnswer, WatchedMeeting
from domain.meeting import MeetingId
from domain.presence import Seat
from domain.referral import ReferralId


class Sweeps(Protocol):
    """The watched meetings. A claim is a lease, so one process at a time asks about a meeting."""

    async def claim_sweep(self, *, now: float, lease: float) -> ClaimedSweep | None:
        """The meeting that is due longest, those that were hastened first; None when none is.

        While the list of live sessions serves, only those that were hastened.
        """
        ...

    async def watch(self, referral: ReferralId, meeting: MeetingId, *, now: float) -> None:
        """Watch a meeting from now on; changes nothing while it is watched, and once it is
        closed."""
        ...

    async def hasten(self, referral: ReferralId, meeting: MeetingId, *, due: float) -> None:
        """Ask about this very meeting at ``due``, unless that is to be done before, or it is
        closed."""
        ...

    async def note_answer(
        self, sweep: ClaimedSweep, answer: SweepAnswer, *, now: float, due: float | None
    ) -> bool:
        """Keep an answer to compare the next one with, and ask again at ``due``. False when the
        claim is no longer the newest, and so nothing was kept.

        The same transaction appends its fact and marks its seats due. ``due`` is None when the
        meeting need not be watched any more; a fact that came meanwhile keeps it watched.
        """
        ...

    async def postpone_sweep(self, sweep: ClaimedSweep, *, due: float) -> None:
        """Ask about this very meeting at ``due``; the answer that is kept stays."""
        ...


class SweepNews(Protocol):
    """What the sweep found out, for operators."""

    def corrected(self, seat: Seat, *, into: bool) -> None:
        """That person is in, or is not, and no message said so."""
        ...

    def not_heard_of(self, connections: int) -> None:
        """So many new connections were found of which no webhook told."""
        ...


class LiveLists(Protocol):
    """The list of live sessions: one process at a time reads it, for all of them."""

    async def claim_list(self, *, now: float, lease: float) -> ClaimedList | None:
        """None when it is not due, or no meeting is watched."""
        ...

    async def keep_list(self, claim: ClaimedList, *, until: float) -> bool:
        """Have the claim last until then; False when it is another process's by now."""
        ...

    async def settle_list(self, claim: ClaimedList, *, due: float, serves_until: float) -> None:
        """Read it again at ``due``. Meetings are left to the list until ``serves_until``."""
        ...

    def watched(self) -> AsyncIterator[Sequence[WatchedMeeting]]:
        """All watched meetings, some hundred at a time, as they stand when they are read; those
        that are due first come first. One whose turn changes meanwhile may come twice, or not."""
        ...
