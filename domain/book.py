"""The ports of the durable book. All times are seconds since the epoch (UTC).

Any call may raise BookUnavailableError: then nothing of it happened, or nobody knows.
A claim is a lease: until it runs out nobody else gets the row, and whoever comes too late with an
older claim changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.delivery import Delivery, Outcome, State
from domain.facts import Fact, Numbered, Seat
from domain.meeting import Inside, MeetingId, PersonId
from domain.referral import ReferralId
from domain.session import SessionEvent


@dataclass(frozen=True, slots=True)
class ClaimedSeat:
    """A seat that is ours to bring to the attendance service until the lease runs out.

    ``attempts`` is the fence; ``seq`` numbers the newest fact about it when it was claimed, and
    ``pushed_seq`` the newest that the attendance service was brought to; ``shown`` is what it was
    told then, None when nothing. ``until`` is the end of the lease.
    """

    seat: Seat
    attempts: int
    failures: int
    seq: int
    until: float
    pushed_seq: int = 0
    shown: bool | None = None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a delivery comes to. Facts make their seats due; without any nothing changes.

    All facts are about one meeting.
    """

    outcome: Outcome
    why: str | None = None
    facts: tuple[Fact, ...] = ()
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A delivery that was stored before, and what became of it.

    ``settled`` is false while something of it has not reached the attendance service; ``refused``
    is true when something never will. ``why`` is the slug that was given then, if any.
    """

    state: State
    settled: bool
    refused: bool = False
    why: str | None = None


class Intake(Protocol):
    """Where webhooks are stored before they are answered."""

    async def receive(
        self, key: str, body: bytes, event: SessionEvent | None, *, now: float, due: float
    ) -> Delivery | Known:
        """Store under a unique key. A new one is claimed until ``due``, in the same statement.

        ``event`` is what the body was read as, if anybody could, for operators to find it by.
        """
        ...


class Deliveries(Protocol):
    """Claiming and settling deliveries."""

    async def claim_deliveries(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Sequence[Delivery]:
        """Those that are due, longest waiting first; suspects are those whose claims got lost."""
        ...

    async def conclude(
        self, delivery: Delivery, conclusion: Conclusion, *, now: float, due: float
    ) -> Sequence[ClaimedSeat] | None:
        """One transaction: append the facts, mark seats due, and the delivery is done.

        Answers those seats that are now claimed by the caller until ``due``; None when the claim
        on the delivery was lost. Whoever else has a seat that the facts are about is due too.
        """
        ...

    async def postpone_delivery(self, delivery: Delivery, why: str, *, due: float) -> None:
        """Try again at ``due``; one more failure."""
        ...

    async def bury(self, delivery: Delivery, why: str, *, now: float) -> None:
        """Set aside as dead, for people."""
        ...

    async def release_delivery(self, delivery: Delivery, *, now: float) -> None:
        """Due at once again, with no failure counted."""
        ...


class Seats(Protocol):
    """Facts of presence, and the seats that they concern."""

    async def append(self, fact: Fact, seat: Seat, *, now: float, due: float) -> ClaimedSeat | None:
        """Append a fact and mark its seat due, claimed by the caller until ``due``.

        None when it is not claimed: ``due`` is not after ``now``, or someone else has the seat.
        """
        ...

    async def claim_seats(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Sequence[ClaimedSeat]:
        """Those that are due, longest waiting first; suspects are those whose claims got lost."""
        ...

    async def facts(self, seat: Seat) -> Sequence[Numbered]:
        """All that is known of that seat's meeting and person, refused reports aside."""
        ...

    async def settle(self, claimed: ClaimedSeat, *, seq: int, in_meeting: bool, now: float) -> bool:
        """The attendance service shows the facts up to ``seq``. True when more came meanwhile."""
        ...

    async def postpone_seat(self, claimed: ClaimedSeat, why: str, *, due: float) -> None:
        """Try again at ``due``; one more failure."""
        ...

    async def refuse(self, claimed: ClaimedSeat, why: str, *, seq: int, now: float) -> None:
        """The attendance service will never take it: mark its reports up to ``seq`` refused."""
        ...

    async def release_seat(self, claimed: ClaimedSeat, *, now: float) -> None:
        """Due at once again, with no failure counted."""
        ...


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


class KnownMeetings(Protocol):
    """The meetings that we opened or heard of, for events that do not name theirs."""

    async def remember(self, meeting: MeetingId, title: str, *, now: float) -> None:
        """Note a meeting under its title; the one noted last is the newest."""
        ...

    async def newest(self, title: str) -> MeetingId | None:
        """The newest meeting known for a title, or None."""
        ...


class Retention(Protocol):
    """Forgetting what nobody needs any more."""

    async def prune(self, *, settled_before: float, dead_before: float, limit: int) -> int:
        """Drop so many bodies at most; the keys that recognise repeats stay. Answers how many."""
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


@dataclass(frozen=True, slots=True)
class SeatHistory:
    """A seat and what the attendance service was told of it last, and when."""

    seat: Seat
    shown: bool | None
    pushed: float | None
    pushed_seq: int
    due: float | None
    why: str | None


class PresenceHistory(Protocol):
    """Why somebody is shown in a meeting."""

    async def meetings(self, referral: ReferralId) -> Sequence[MeetingId]:
        """Those that facts are known of, in the order they began."""
        ...

    async def seats(self, referral: ReferralId, meeting: MeetingId) -> Sequence[SeatHistory]:
        """Everybody whose flag is kept there."""
        ...


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
