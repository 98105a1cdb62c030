"""The rows of the inbox as operators see them; null is what there is not."""

from typing import Self

from pydantic import BaseModel

from domain.inbox import InboxEntry, SeatEntry
from entrypoints.operations.masking import masked
from entrypoints.operations.times import shown_time


class DeliveryRow(BaseModel):
    """A webhook in a list."""

    id: int
    received: str
    state: str
    event: str | None
    outcome: str | None
    why: str | None
    referral: str | None
    meeting: str | None
    attempts: int
    failures: int
    due: str | None

    @classmethod
    def of(cls, entry: InboxEntry) -> Self:
        return cls(
            id=entry.id,
            received=shown_time(entry.received),
            state=entry.state.name.lower(),
            event=entry.event or None,
            outcome=entry.outcome or None,
            why=entry.why or None,
            referral=entry.referral or None,
            meeting=entry.meeting or None,
            attempts=entry.attempts,
            failures=entry.failures,
            due=None if entry.due is None else shown_time(entry.due),
        )


class DeliveryShown(DeliveryRow):
    """A webhook with its body, names masked; null once the body was pruned."""

    body: object

    @classmethod
    def of(cls, entry: InboxEntry) -> Self:
        body = None if entry.body is None else masked(entry.body)
        return cls(**dict(DeliveryRow.of(entry)), body=body)


class SeatRow(BaseModel):
    """A seat that has not reached the attendance service: waiting, or refused."""

    referral: str
    meeting: str
    person: str
    state: str
    why: str | None
    attempts: int
    failures: int
    due: str | None

    @classmethod
    def of(cls, entry: SeatEntry) -> Self:
        return cls(
            referral=entry.seat.referral,
            meeting=entry.seat.meeting,
            person=entry.seat.person,
            state="refused" if entry.due is None else "waiting",
            why=entry.why or None,
            attempts=entry.attempts,
            failures=entry.failures,
            due=None if entry.due is None else shown_time(entry.due),
        )


class InboxReply(BaseModel):
    """Webhooks, the newest first."""

    deliveries: list[DeliveryRow]


class SeatsReply(BaseModel):
    """What the attendance service has not been told."""

    seats: list[SeatRow]
