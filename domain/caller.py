"""Who calls: a doctor, a service of the hospital, or whoever holds a ticket to leave."""

from dataclasses import dataclass

from domain.meeting import MeetingId, PersonId


@dataclass(frozen=True, slots=True)
class Doctor:
    """Speaks for one person: nobody else, whatever a body says."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class Service:
    """A program of the hospital, by the name of its key; it may speak for anyone.

    An ``operator`` may also look into the inbox and correct presence.
    """

    name: str
    operator: bool = False


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """Somebody who closes a page: may leave that one meeting as that one person, and no more."""

    person: PersonId
    meeting: MeetingId


Caller = Doctor | Service | TicketHolder
