"""Webhooks and updates as operators see them."""

from typing import Self

from pydantic import BaseModel

from domain.operator_view import ClosingView, DeliveryView, UpdateView
from entrypoints.operators.masking import masked
from entrypoints.operators.times import shown_time


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
    def of(cls, entry: DeliveryView) -> Self:
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
    def of(cls, entry: DeliveryView) -> Self:
        body = None if entry.body is None else masked(entry.body)
        return cls(**dict(DeliveryRow.of(entry)), body=body)


class UpdateRow(BaseModel):
    """An update that has not reached the attendance service: waiting, or refused."""

    referral: str
    meeting: str
    person: str
    state: str
    why: str | None
    attempts: int
    failures: int
    due: str | None

    @classmethod
    def of(cls, entry: UpdateView) -> Self:
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


class ClosingRow(BaseModel):
    """A meeting that the provider has not closed yet."""

    referral: str
    meeting: str
    why: str | None
    attempts: int
    failures: int
    due: str

    @classmethod
    def of(cls, entry: ClosingView) -> Self:
        return cls(
            referral=entry.referral,
            meeting=entry.meeting,
            why=entry.why or None,
            attempts=entry.attempts,
            failures=entry.failures,
            due=shown_time(entry.due),
        )


class InboxReply(BaseModel):
    """Webhooks, the newest first."""

    deliveries: list[DeliveryRow]


class UpdatesReply(BaseModel):
    """Updates that have not reached the attendance service."""

    updates: list[UpdateRow]


class ClosingsReply(BaseModel):
    """Meetings that the provider has not closed yet."""

    closings: list[ClosingRow]
