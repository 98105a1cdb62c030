"""Who calls, and how callers are named where their ids must not stand."""

from collections.abc import Sequence
from typing import Protocol

from domain.caller import Caller, TicketHolder


class Callers(Protocol):
    """Identifies callers by their credentials."""

    async def identify(self, credential: str | None) -> Caller:
        """The caller that a credential belongs to; ``credential`` is None when none was sent.

        Raises UnauthenticatedError, InvalidCredentialsError, or the PartnerError of an identity
        provider whose keys cannot be fetched.
        """
        ...


class LeaveTickets(Protocol):
    """Tickets that let a closing page, which can send no credential, report a leave."""

    def issue(self, holder: TicketHolder) -> str:
        """A ticket that allows exactly this leave, for twelve hours."""
        ...

    def holder(self, ticket: str) -> TicketHolder:
        """Who a ticket was issued to. Raises InvalidTicketError."""
        ...


class Secrets(Protocol):
    """The two secrets that this installation made for itself: for tickets and for pseudonyms."""

    async def replace(
        self, tickets: bytes, pseudonyms: bytes, *, since: float, revoke: bool
    ) -> float:
        """Use these from then on; returns from when, which is later if some were to be used later.

        Former secrets of pseudonyms are kept. Those of tickets are kept until the last ticket is
        over or, to ``revoke`` all tickets that are out, dropped at once.
        """
        ...


class Pseudonyms(Protocol):
    """Stand-ins for ids in the audit log; none leads back to the id."""

    def of(self, identifier: str) -> str:
        """The one that new lines have: the same for one id until the secret is replaced."""
        ...

    def lasting(self, identifier: str) -> str:
        """Always the same for one id, also from a copy of the database that is older."""
        ...

    def all_of(self, identifier: str) -> Sequence[str]:
        """Every one that a line may have, the newest first; what comes next may be among them."""
        ...
