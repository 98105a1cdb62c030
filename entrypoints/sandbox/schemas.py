"""The paths and bodies of the control routes."""

from typing import Self

from pydantic import BaseModel

from adapters.fields import Identifier
from domain.meeting import MeetingId, PersonId
from domain.presence import Seat
from domain.referral import Referral, ReferralId


class ReferralPath(BaseModel):
    """The id in a path that ends with a referral."""

    referralId: Identifier  # noqa: N815


class Doctor(BaseModel):
    """A doctor of a sandbox referral."""

    id: Identifier


class ReferralBody(BaseModel):
    """A referral as the attendance service shows it."""

    solicitante: Doctor
    especialista: Doctor | None = None

    def referral(self, referral: str) -> Referral:
        specialist = None if self.especialista is None else PersonId(self.especialista.id)
        return Referral(ReferralId(referral), PersonId(self.solicitante.id), specialist)

    @classmethod
    def of(cls, referral: Referral) -> Self:
        specialist = referral.specialist
        return cls(
            solicitante=Doctor(id=referral.requester),
            especialista=None if specialist is None else Doctor(id=specialist),
        )


class Flag(BaseModel):
    """What the attendance service was last told of a person."""

    userId: str  # noqa: N815
    meetingId: str  # noqa: N815
    inMeeting: bool  # noqa: N815

    @classmethod
    def of(cls, seat: Seat, *, in_meeting: bool) -> Self:
        return cls(userId=seat.person, meetingId=seat.meeting, inMeeting=in_meeting)


class ReferralState(ReferralBody):
    """A sandbox referral and who is shown in which meeting about it."""

    id: str
    users: list[Flag]


class CallPath(BaseModel):
    """The meeting in a control path."""

    meetingId: Identifier  # noqa: N815


class PersonBody(BaseModel):
    """The person who acts in a call; ``peerId`` only to close one of several tabs."""

    userId: Identifier  # noqa: N815
    peerId: Identifier | None = None  # noqa: N815

    @property
    def person(self) -> PersonId:
        return PersonId(self.userId)


class PeerState(BaseModel):
    """One connection of a person."""

    peerId: str  # noqa: N815
    userId: str  # noqa: N815


class CallState(BaseModel):
    """A meeting, its active session, if any, and who is inside."""

    meetingId: MeetingId  # noqa: N815
    title: str | None
    sessionId: str | None  # noqa: N815
    inside: list[PeerState]


class CallsReply(BaseModel):
    """Every meeting of the sandbox, oldest first."""

    calls: list[CallState]
