"""The port of the sweep: which meetings to ask the provider about, and what it answered.

Times are seconds since the epoch (UTC). Any call may raise BookUnavailableError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.facts import Fact, Numbered
from domain.meeting import Inside, MeetingId, PersonId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class ClaimedSweep:
    """A meeting to ask the provider about: ``seen`` is its first answer, given at ``seen_at`` when
    facts up to ``upto`` were known; None before there is one."""

    referral: ReferralId
    meeting: MeetingId
    attempts: int
    seen: frozenset[tuple[str, PersonId]] | None = None
    session: str | None = None
    seen_at: float = 0.0
    upto: int = 0


class Sweeps(Protocol):
    """The meetings that somebody may be in, one asker each."""

    async def claim_sweep(self, *, now: float, lease: float) -> ClaimedSweep | None:
        """The one that is due longest, if any."""
        ...

    async def meeting_facts(self, referral: ReferralId, meeting: MeetingId) -> Sequence[Numbered]:
        """All that is known of a meeting and of everybody in it, refused reports aside."""
        ...

    async def note_answer(
        self, sweep: ClaimedSweep, inside: Inside | None, *, upto: int, now: float, due: float
    ) -> None:
        """Keep a first answer until the second is asked for at ``due``."""
        ...

    async def finish_sweep(
        self, sweep: ClaimedSweep, fact: Fact | None, *, now: float, due: float | None
    ) -> None:
        """Append what was concluded, if anything, and mark its seats due. Ask again at ``due``;
        None when nobody can be in any more."""
        ...
