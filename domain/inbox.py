"""The ports of operators: what waits and what is dead, and what is forgotten in time.

Times are seconds since the epoch (UTC). Any call may raise BookUnavailableError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.delivery import State
from domain.facts import Seat
from domain.meeting import MeetingId
from domain.referral import ReferralId


class Retention(Protocol):
    """Forgetting what nobody needs any more."""

    async def prune(self, *, settled_before: float, dead_before: float, limit: int) -> int:
        """Drop so many bodies at most; the keys that recognise repeats stay. Answers how many.

        The dead, which wait for people, are kept as long as the others or longer.
        """
        ...

    async def expire(self, *, before: float, limit: int) -> int:
        """Delete all that is known of meetings whose newest fact is older than ``before``: facts,
        seats and sweeps. Then the notes of meetings, taken before that, of which nothing is known
        under their title. At most ``limit`` of each; answers how many of both.

        A seat that has not reached the attendance service keeps its meeting.
        """
        ...

    async def prune_receipts(self, *, begun_before: float) -> None:
        """Drop the receipts that were begun by then, save those that somebody has in hand."""
        ...


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A delivery as an operator sees it. ``body`` is None in lists and once it was pruned."""

    id: int
    event: str
    state: State
    outcome: str | None
    why: str | None
    referral: ReferralId | None
    meeting: MeetingId | None
    received: float
    due: float | None
    attempts: int
    failures: int
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class SeatEntry:
    """A seat as an operator sees it: waiting, or refused, and why."""

    seat: Seat
    due: float | None
    attempts: int
    failures: int
    why: str | None


class Inbox(Protocol):
    """What operators see and do."""

    async def entries(
        self, *, state: State | None, referral: str | None, since: float | None, limit: int
    ) -> Sequence[InboxEntry]:
        """The newest first."""
        ...

    async def entry(self, number: int) -> InboxEntry | None:
        """One delivery with its body."""
        ...

    async def waiting_seats(self, *, referral: str | None, limit: int) -> Sequence[SeatEntry]:
        """Seats that have not reached the attendance service."""
        ...

    async def retry(self, *, number: int | None, since: float | None, now: float) -> int:
        """Make dead deliveries due again: one, or those received since then; or with neither all of
        them, and the seats that were set aside. Answers how many."""
        ...

    async def discard(self, number: int, why: str, *, now: float) -> bool:
        """End a waiting or dead delivery for good, its key kept; False when there is none."""
        ...
