"""Who calls, and how callers are named where their ids must not stand."""

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


class Pseudonyms(Protocol):
    """Stand-ins for ids in the audit log."""

    def of(self, identifier: str) -> str:
        """Always the same for one id; it does not lead back to the id."""
        ...
