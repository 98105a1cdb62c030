"""Idempotency records: which start of a meeting came of which key."""

from collections.abc import Sequence
from typing import Protocol

from domain.idempotency import IdempotencyKey, StartClaim
from domain.meeting import Meeting, MeetingId


class IdempotencyRecords(Protocol):
    """One record a key. Its claim is a lease, so one caller at a time opens the meeting."""

    async def claim(
        self,
        key: IdempotencyKey,
        holder: str,
        *,
        now: float,
        due: float,
        replacing: MeetingId | None = None,
    ) -> StartClaim | Meeting | None:
        """A claim until ``due``; or the meeting that came of the key; or None while another call
        has the claim.

        A record with that meeting counts as none when it is ``replacing`` it. A caller's record
        ends after ``KEPT``, a referral's does not. Raises KeyReusedError when the key came with
        another fingerprint.
        """
        ...

    async def complete(
        self, claim: StartClaim, meeting: Meeting, title: str | None, *, now: float
    ) -> None:
        """The meeting is what came of the key, and is known by its title: one transaction.

        ``title`` is None when the meeting is in the repository already. Raises StartInProgressError
        when the claim was lost.
        """
        ...

    async def adopt(
        self, claim: StartClaim, candidates: Sequence[Meeting], title: str, *, now: float
    ) -> Meeting | None:
        """Complete with the first candidate that the repository does not have; None without one.

        No meeting is adopted twice. Raises StartInProgressError when the claim was lost.
        """
        ...

    async def release(self, claim: StartClaim, *, now: float) -> None:
        """End the claim: the next call takes over, and looks for a meeting that was opened."""
        ...

    async def delete(self, claim: StartClaim) -> None:
        """As if the key had never come."""
        ...
