"""Callers: a doctor, a service of the hospital, a reader of metrics, the holder of a leave ticket,
or anyone.

``key`` is unique to a caller. A doctor's and a ticket holder's hold a person's id: never log them.
"""

from dataclasses import dataclass, field

from domain.meeting import MeetingId, PersonId


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor acts for this person only, whatever id a body holds.

    From ``expires`` on (seconds since the epoch) the credential is accepted no more; None when that
    is not known.
    """

    person: PersonId
    expires: float | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        return f"doctor:{self.person}"


@dataclass(frozen=True, slots=True)
class Service:
    """A program of the hospital, named by its API key; it may act for any person.

    An ``operator`` may also use the inbox and correct presence.
    """

    name: str
    operator: bool = False

    @property
    def key(self) -> str:
        return f"service:{self.name}"


@dataclass(frozen=True, slots=True)
class MetricsReader:
    """A program that may read metrics and do nothing else, named by its API key."""

    name: str

    @property
    def key(self) -> str:
        return f"metrics:{self.name}"


@dataclass(frozen=True, slots=True)
class Anyone:
    """A caller under ``AUTH=none``: may do anything; an ``operator`` only in the sandbox."""

    operator: bool = False
    key = "anyone"


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """The holder of a leave ticket, with which this person can leave this meeting, nothing else."""

    person: PersonId
    meeting: MeetingId

    @property
    def key(self) -> str:
        return f"ticket:{self.person}"


Caller = Doctor | Service | MetricsReader | Anyone
"""The callers of any operation; only a leave may also come from a ``TicketHolder``."""
