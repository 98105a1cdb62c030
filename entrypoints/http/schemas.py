"""Request and reply bodies with the contract's own names."""

from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    WithJsonSchema,
)

from adapters.fields import KEEP_NO_TEXTS, Identifier, Name, OptionalIdentifier
from domain.meeting import Admission, Guest, Meeting, MeetingId, PersonId, Preset
from domain.presence import Seat
from domain.referral import ReferralId

LONGEST_URL = 2048  # characters


def _usable_picture(avatar: object) -> object:
    """An avatar that is not an https URL counts as none: it must not keep a doctor out."""
    if not isinstance(avatar, str):
        return avatar
    url = avatar.strip()
    usable = url.lower().startswith("https://") and url.isprintable() and " " not in url
    return url if usable and len(url) <= LONGEST_URL else None


class Sent(BaseModel):
    """What a request says: its body, or its path."""

    model_config = KEEP_NO_TEXTS


class StartMeetingBody(Sent):
    """POST /api/dyte/meeting"""

    titleMeet: Identifier  # noqa: N815


class User(BaseModel):
    """The person who enters."""

    name: Name
    avatar: Annotated[str | None, BeforeValidator(_usable_picture)] = None
    id: Identifier


class JoinMeetingBody(Sent):
    """POST /api/dyte/participants"""

    user: User
    idMeet: Identifier  # noqa: N815
    type_preset: Preset

    def guest(self) -> Guest:
        return Guest(PersonId(self.user.id), self.user.name, self.type_preset, self.user.avatar)


class ReportPresenceBody(Sent):
    """POST /attendance-service/referrals/{referralId}/meetings/{meetingId}/user"""

    inMeeting: StrictBool  # noqa: N815
    userId: Identifier  # noqa: N815


class PresencePath(Sent):
    """The ids in that path."""

    referralId: Identifier  # noqa: N815
    meetingId: Identifier  # noqa: N815

    def seat(self, user: str) -> Seat:
        return Seat(ReferralId(self.referralId), MeetingId(self.meetingId), PersonId(user))


class MeetingPath(Sent):
    """The id in POST /api/dyte/meeting/{meetingId}/end"""

    meetingId: Identifier  # noqa: N815


class TicketBody(Sent):
    """What tells of a leaving who sends it, when no header does; the rest may still be wrong."""

    leaveTicket: Annotated[str | None, Field(repr=False)] = None  # noqa: N815


class LeaveMeetingBody(Sent):
    """POST /api/update-doctor-meet"""

    doctorID: Identifier  # noqa: N815
    referralID: Identifier  # noqa: N815
    meetID: Identifier  # noqa: N815
    leaveTicket: Annotated[str | None, Field(repr=False)] = None  # noqa: N815

    def seat(self) -> Seat:
        return Seat(ReferralId(self.referralID), MeetingId(self.meetID), PersonId(self.doctorID))


CONTRACT_REASONS = ["HOST_ENDED_MEETING", "ALL_PARTICIPANTS_LEFT"]


class EndedMeeting(BaseModel):
    """The meeting of a session that ended; its title is the referral id (contract)."""

    id: OptionalIdentifier = None
    title: Identifier
    sessionId: OptionalIdentifier = None  # noqa: N815


class EditedMeeting(BaseModel):
    """The same, when somebody edited its title: its id says which meeting it is."""

    id: Identifier
    title: str
    sessionId: OptionalIdentifier = None  # noqa: N815


class SessionEndBody(BaseModel):
    """POST /api/dyte/webhook: a session's end. For the OpenAPI document; an adapter reads it."""

    event: Identifier
    reason: Annotated[str, WithJsonSchema({"type": "string", "enum": CONTRACT_REASONS})]
    meeting: EndedMeeting | EditedMeeting


class OtherEventBody(BaseModel):
    """POST /api/dyte/webhook: another event. For the OpenAPI document; an adapter reads it."""

    event: Annotated[object, WithJsonSchema({})]
    reason: Annotated[object, WithJsonSchema({"not": {"enum": CONTRACT_REASONS}})] = None


class MeetingData(BaseModel):
    """The contract's eleven fields; what the provider left out is null."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str | None
    preferred_region: str | None
    created_at: str | None
    record_on_start: bool | None
    updated_at: str | None
    live_stream_on_start: bool | None
    persist_chat: bool | None
    summarize_on_end: bool | None
    status: str | None
    recording_config: str | None


class MeetingReply(BaseModel):
    """A meeting that was opened."""

    data: MeetingData

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        return cls(data=MeetingData.model_validate(meeting))


class ParticipantData(BaseModel):
    """The contract's eight fields. The token opens the call; it is never stored or logged."""

    id: str
    name: str | None
    picture: str | None
    custom_participant_id: str
    preset_name: Preset
    created_at: str | None
    updated_at: str | None
    token: Annotated[str, Field(repr=False)]


class ParticipantReply(BaseModel):
    """A person who may enter now."""

    data: ParticipantData

    @classmethod
    def of(cls, admission: Admission) -> Self:
        return cls(
            data=ParticipantData(
                id=admission.participant_id,
                name=admission.name,
                picture=admission.picture,
                custom_participant_id=admission.guest_id,
                preset_name=admission.preset,
                created_at=admission.created_at,
                updated_at=admission.updated_at,
                token=admission.token,
            )
        )


class MessageReply(BaseModel):
    """What was done, in a sentence."""

    message: str


class HealthReply(BaseModel):
    """``ok``; or ``ready``, ``stopping`` or ``no-storage``."""

    status: str
