"""Closing meetings: asked for, tried until the provider has done it, and then a fact."""

from collections.abc import Sequence
from typing import Protocol

from domain.claims import ClaimedClosing, ClaimedSeat, ClosingProgress
from domain.meeting import MeetingId, PersonId


class Closings(Protocol):
    """Meetings that have to be closed at the provider.

    A claim is a lease: until it ends nobody else gets the closing. Every other method changes
    nothing when the claim is no longer the newest.
    """

    async def ask(self, meeting: MeetingId, *, now: float, due: float) -> ClaimedClosing | None:
        """From now on nobody joins the meeting or is reported in. Claimed by the caller until
        ``due``; None when it is closed already, or another has the claim.

        Raises UnknownMeetingError when the meeting is not in the repository.
        """
        ...

    async def claim_closings(
        self, limit: int, *, now: float, lease: float, suspects: bool = False
    ) -> Sequence[ClaimedClosing]:
        """Closings that are due, longest waiting first. ``suspects`` are those whose claims were
        lost several times in a row: ever more slowly, and never given up."""
        ...

    async def conclude_closing(
        self, claimed: ClaimedClosing, doctors: Sequence[PersonId], *, now: float, due: float
    ) -> Sequence[ClaimedSeat]:
        """The provider has closed it. One transaction: nobody is in, whatever was known and
        whatever arrives later; nobody asks the provider about the meeting any more; and the
        closing ends.

        These doctors and everybody with a seat are due to be told. The caller has the seats that it
        returns claimed until ``due``.
        """
        ...

    async def postpone_closing(self, claimed: ClaimedClosing, why: str, *, due: float) -> None:
        """Try again at ``due``; one more failure."""
        ...

    async def release_closing(self, claimed: ClaimedClosing, *, now: float) -> None:
        """End the claim: due at once, with no failure counted."""
        ...

    async def progress(self, meeting: MeetingId, *, now: float) -> ClosingProgress:
        """DONE when the provider has closed it and no flag of the meeting waits to be told."""
        ...
