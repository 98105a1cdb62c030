"""What the twins note: what they were asked, and what became of each webhook."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from adapters.sandbox.delivered import Attempt, Delivered, Met
from adapters.sandbox.log import Entry, Kind
from domain.errors import Partner


class LogEntry(BaseModel):
    """What the service asked a twin, or what happened in a call; ``seconds`` is how long a call
    took. ``answer`` is null while a call is on, and of what happened."""

    id: int
    at: str
    partner: Literal["video", "attendance"]
    kind: Kind
    what: str
    referralId: str | None  # noqa: N815
    meetingId: str | None  # noqa: N815
    userId: str | None  # noqa: N815
    peerId: str | None  # noqa: N815
    sessionId: str | None  # noqa: N815
    inMeeting: bool | None  # noqa: N815
    answer: str | None
    seconds: float | None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(
            id=entry.id,
            at=entry.at,
            partner="video" if entry.partner is Partner.VIDEO else "attendance",
            kind=entry.kind,
            what=entry.what,
            referralId=entry.about.referral,
            meetingId=entry.about.meeting,
            userId=entry.about.person,
            peerId=entry.about.peer,
            sessionId=entry.about.session,
            inMeeting=entry.in_meeting,
            answer=entry.answer,
            seconds=entry.seconds,
        )


class LogReply(BaseModel):
    """The newest entries, oldest first."""

    entries: list[LogEntry]


class AttemptState(BaseModel):
    """One sending of a webhook. ``status`` is null for no answer, or none yet; ``outcome`` is the
    receiver's ``Webhook-Outcome``."""

    at: str
    status: int | None
    outcome: str | None
    answeredAt: str | None  # noqa: N815

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        return cls(
            at=attempt.at,
            status=attempt.status,
            outcome=attempt.outcome,
            answeredAt=attempt.answered_at,
        )


class DeliveryState(BaseModel):
    """A webhook for one receiver, from when it happened. ``statuses`` has the HTTP status of each
    attempt, null for no answer; ``met`` the faults that it met: a lost one was never sent."""

    id: int
    at: str
    event: str
    url: str
    uuid: str
    referralId: str | None  # noqa: N815
    meetingId: str | None  # noqa: N815
    userId: str | None  # noqa: N815
    peerId: str | None  # noqa: N815
    sessionId: str | None  # noqa: N815
    met: list[Met]
    statuses: list[int | None]
    attempts: list[AttemptState]

    @classmethod
    def of(cls, delivered: Delivered) -> Self:
        return cls(
            id=delivered.id,
            at=delivered.at,
            event=delivered.event,
            url=delivered.url,
            uuid=delivered.uuid,
            referralId=delivered.about.referral,
            meetingId=delivered.about.meeting,
            userId=delivered.about.person,
            peerId=delivered.about.peer,
            sessionId=delivered.about.session,
            met=delivered.met,
            statuses=delivered.statuses,
            attempts=[AttemptState.of(attempt) for attempt in delivered.attempts],
        )


class DeliveriesReply(BaseModel):
    """The newest deliveries, oldest first."""

    deliveries: list[DeliveryState]


class DeliveriesQuery(BaseModel):
    """Whether to wait for those that are on their way."""

    model_config = ConfigDict(extra="forbid")

    wait: Annotated[bool, Field(description="Esperar os que estão a caminho.")] = True
