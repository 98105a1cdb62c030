"""Facts of presence, and bringing the attendance service up to date with them."""

from collections.abc import Sequence
from typing import Protocol

from domain.claims import ClaimedSeat, Settled
from domain.facts import Fact, StoredFact
from domain.meeting import MeetingId
from domain.policies.refusal import Refusals
from domain.presence import Seat
from domain.referral import ReferralId


class PresenceFacts(Protocol):
    """Facts: appended once each, in one order. Refused reports are left out of every read.

    A read returns as many of a long history as of a short one, and its fold is that of all facts.
    """

    async def append(
        self, fact: Fact, seat: Seat, *, now: float, due: float, known: bool = False
    ) -> ClaimedSeat | None:
        """Append a fact and mark its seat due, claimed by the caller until ``due``.

        The claim comes with its facts. ``known`` when the seat's referral was read for this. None
        when the caller has no claim:
        ``due`` is not after ``now``, or another has the seat.
        """
        ...

    async def of_seat(self, seat: Seat) -> Sequence[StoredFact]:
        """What is needed to fold that person's presence; the newest fact is among it."""
        ...

    async def of_meeting(self, referral: ReferralId, meeting: MeetingId) -> Sequence[StoredFact]:
        """What is needed to fold everybody's presence; the newest of each kind is among it."""
        ...


class PresenceUpdates(Protocol):
    """Seats whose flag the attendance service has to be told.

    A claim is a lease: until it ends nobody else gets the seat. Every other method changes nothing
    when the claim is no longer the newest. What a claim that was lost or released told is not
    known: the seat is told once more some time after its next success (``policies/doubt.py``).
    """

    async def claim_seats(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Sequence[ClaimedSeat]:
        """Seats that are due, longest waiting first. ``suspects`` are those whose claims were lost
        several times in a row: ever more slowly, and never given up."""
        ...

    async def hasten_seats(self, *, now: float) -> None:
        """The attendance service is back: seats that wait because it failed are due now. Those that
        were refused on their own account keep their wait."""
        ...

    async def settle(self, *settled: Settled) -> None:
        """End these claims; all of them or none. A seat of which newer facts came meanwhile is due
        again."""
        ...

    async def postpone_seat(
        self,
        claimed: ClaimedSeat,
        why: str,
        *,
        due: float,
        refusals: Refusals | None = None,
        unsure: bool = False,
    ) -> None:
        """Try again at ``due``; one more failure. ``refusals`` is what they are by now, if not what
        they were; ``unsure`` when the update may still take effect."""
        ...

    async def is_told(self, seat: Seat) -> bool:
        """Whether the attendance service was told all that is known of it."""
        ...

    async def refuse(self, claimed: ClaimedSeat, why: str, *, seq: int, now: float) -> None:
        """The attendance service will never take it: the reports up to ``seq`` are refused."""
        ...

    async def release_seat(self, claimed: ClaimedSeat, *, now: float) -> None:
        """End the claim: due at once, with no failure counted."""
        ...
