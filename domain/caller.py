"""Who calls: a doctor, a service of the hospital, or whoever holds a ticket to leave."""

from dataclasses import dataclass

from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId


@dataclass(frozen=True, slots=True)
class Doctor:
    """Speaks for one person: nobody else, whatever a body says."""

    person: PersonId

    @property
    def key(self) -> str:
        """Tells this caller from all others; it holds a person's id, so it is logged nowhere."""
        return f"doctor:{self.person}"


@dataclass(frozen=True, slots=True)
class Service:
    """A program of the hospital, by the name of its key; it may speak for anyone.

    An ``operator`` may also look into the inbox and correct presence.
    """

    name: str
    operator: bool = False

    @property
    def key(self) -> str:
        """Tells this caller from all others."""
        return f"service:{self.name}"


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """Somebody who closes a page: may leave that one meeting as that one person, and no more.

    ``referral`` is what the meeting is about, where that was asked when the person joined.
    """

    person: PersonId
    meeting: MeetingId
    referral: ReferralId | None = None

    @property
    def key(self) -> str:
        """Tells this caller from all others; it holds a person's id, so it is logged nowhere."""
        return f"ticket:{self.person}:{self.meeting}"


Caller = Doctor | Service | TicketHolder
