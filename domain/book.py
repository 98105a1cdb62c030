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
from domain.meeting import MeetingId
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


class KnownMeetings(Protocol):
    """The meetings that we opened or heard of, for events that do not name theirs."""

    async def remember(self, meeting: MeetingId, title: str, *, now: float) -> None:
        """Note a meeting under its title; the one noted last is the newest."""
        ...

    async def newest(self, title: str) -> MeetingId | None:
        """The newest meeting known for a title, or None."""
        ...

    async def title(self, meeting: MeetingId) -> str | None:
        """What a meeting was opened or heard of with; None when it is not known."""
        ...
