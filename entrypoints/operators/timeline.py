"""The timeline of a referral as JSON: facts, each person's state, and the updates told."""

from typing import Self

from pydantic import BaseModel

from application.explain_presence import MeetingTimeline, Standing
from domain.facts import StoredFact, What
from domain.operator_view import SeatHistory
from entrypoints.operators.times import shown_time


class FactShown(BaseModel):
    """A fact: its number, when we learned of it, and what it says."""

    seq: int
    at: str
    kind: str
    says: What

    @classmethod
    def of(cls, fact: StoredFact) -> Self:
        return cls(seq=fact.seq, at=shown_time(fact.at), kind=fact.kind, says=fact.what)


class Told(BaseModel):
    """What the attendance service was told last, when, and up to which fact."""

    inMeeting: bool  # noqa: N815
    at: str
    upTo: int  # noqa: N815


class SeatShown(BaseModel):
    """A person's state and its reason; the last update told; why a newer one waits or failed."""

    userId: str  # noqa: N815
    inMeeting: bool  # noqa: N815
    because: str
    told: Told | None
    waiting: str | None
    refused: str | None

    @classmethod
    def of(cls, standing: Standing) -> Self:
        known = standing.known
        return cls(
            userId=known.seat.person,
            inMeeting=standing.is_in,
            because=standing.because,
            told=_told(known),
            waiting=known.waiting,
            refused=known.refused,
        )


class MeetingShown(BaseModel):
    """One meeting about the referral."""

    meetingId: str  # noqa: N815
    facts: list[FactShown]
    seats: list[SeatShown]

    @classmethod
    def of(cls, timeline: MeetingTimeline) -> Self:
        return cls(
            meetingId=timeline.meeting,
            facts=[FactShown.of(fact) for fact in timeline.facts],
            seats=[SeatShown.of(standing) for standing in timeline.seats],
        )


class TimelineReply(BaseModel):
    """The meetings about a referral in the order they began."""

    meetings: list[MeetingShown]


def _told(known: SeatHistory) -> Told | None:
    if known.told is None:
        return None
    return Told(inMeeting=bool(known.shown), at=shown_time(known.told), upTo=known.told_seq)
