"""What operators look at and correct, and the log of what was corrected and refused."""

from collections.abc import Sequence
from typing import Protocol

from domain.audit import AuditLine
from domain.delivery import State
from domain.facts import StoredFact
from domain.meeting import MeetingId
from domain.operator_view import ClosingView, DeliveryView, SeatHistory, UpdateView
from domain.referral import ReferralId


class OperatorInbox(Protocol):
    """Stored webhooks, updates and closings that wait, as an operator sees and corrects them."""

    async def deliveries(
        self, *, state: State | None, referral: str | None, since: float | None, limit: int
    ) -> Sequence[DeliveryView]:
        """The newest first, without their bodies."""
        ...

    async def delivery(self, number: int) -> DeliveryView | None:
        """One webhook with its body."""
        ...

    async def updates(self, *, referral: str | None, limit: int) -> Sequence[UpdateView]:
        """Updates that have not reached the attendance service, or may not have:
        waiting or refused."""
        ...

    async def closings(self, *, referral: str | None, limit: int) -> Sequence[ClosingView]:
        """Meetings that the provider has not closed yet, the next to be tried first."""
        ...

    async def retry(self, *, number: int | None, since: float | None, now: float) -> int:
        """Make dead deliveries due again: one, or those received since then; with neither all of
        them and the updates that were refused for good. Returns how many."""
        ...

    async def discard(self, number: int, why: str, *, now: float) -> bool:
        """End a waiting or dead delivery for good; its key stays. False when there is none."""
        ...


class PresenceHistory(Protocol):
    """What is known of a referral's meetings."""

    async def meetings(self, referral: ReferralId) -> Sequence[MeetingId]:
        """Those that facts are known of, in the order they began."""
        ...

    async def newest_facts(
        self, referral: ReferralId, meeting: MeetingId, limit: int
    ) -> Sequence[StoredFact]:
        """The newest that are known of it, in their stored order."""
        ...

    async def seats(self, referral: ReferralId, meeting: MeetingId) -> Sequence[SeatHistory]:
        """Everybody whose flag is kept in that meeting."""
        ...


class AuditLog(Protocol):
    """The audit log: one line for each correction and refusal, whatever the log level."""

    async def record(self, line: AuditLine) -> None:
        """Write a line; raises nothing."""
        ...


class AuditOutbox(Protocol):
    """Lines that the command line left for a service to write to its log."""

    async def waiting(self, limit: int) -> Sequence[tuple[int, AuditLine]]:
        """The oldest, by number."""
        ...

    async def delete(self, number: int) -> None:
        """It is written."""
        ...
