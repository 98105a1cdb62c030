"""Who calls: a doctor, a service of the hospital, whoever holds a ticket to leave, or anyone.

``key`` tells a caller from all others. It may hold a person's id, so it is logged nowhere.
"""

from dataclasses import dataclass

from domain.meeting import MeetingId, PersonId


@dataclass(frozen=True, slots=True)
class Doctor:
    """Speaks for one person: nobody else, whatever a body says."""

    person: PersonId

    @property
    def key(self) -> str:
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
        return f"service:{self.name}"


@dataclass(frozen=True, slots=True)
class Anyone:
    """Whom nobody asked: nothing is refused. An ``operator`` while nothing here is real."""

    operator: bool = False
    key = "anyone"


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """Somebody who closes a page: may leave that one meeting as that one person, and no more."""

    person: PersonId
    meeting: MeetingId

    @property
    def key(self) -> str:
        return f"ticket:{self.person}"


Caller = Doctor | Service | Anyone
"""Who may ask for anything at all; a leaving may also be a ``TicketHolder``'s."""
