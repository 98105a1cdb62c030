"""Calls as Watch and Now show them."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from application.operator_views import CallsOn
from domain.provider_says import PeerInside, ProviderSays, Source
from domain.watched_call import Disagreement, Told, WatchedCall, WatchedUser, With
from domain.who_is_there import MeetingStatus
from entrypoints.console.facts import FactInCall
from entrypoints.console.times import moment, moment_or_none


class PeerShown(BaseModel):
    """A connection that the provider has inside."""

    userId: str  # noqa: N815
    peerId: str  # noqa: N815
    joinedAt: str | None  # noqa: N815

    @classmethod
    def of(cls, peer: PeerInside) -> Self:
        return cls(userId=peer.person, peerId=peer.peer, joinedAt=moment_or_none(peer.joined))


class ProviderShown(BaseModel):
    """What the provider said last, and when; of a twin in this process what it has now."""

    source: Source
    at: str | None
    sessionId: str | None  # noqa: N815
    inside: list[PeerShown]

    @classmethod
    def of(cls, said: ProviderSays) -> Self:
        inside = [PeerShown.of(peer) for peer in said.inside]
        return cls(
            source=said.source, at=moment_or_none(said.at), sessionId=said.session, inside=inside
        )


class ToldShown(BaseModel):
    """What the attendance service was told last."""

    inMeeting: bool  # noqa: N815
    at: str

    @classmethod
    def of(cls, told: Told) -> Self:
        return cls(inMeeting=told.in_meeting, at=moment(told.at))


class DisagreementShown(BaseModel):
    """With whom, and since when."""

    model_config = ConfigDict(populate_by_name=True)

    between: With = Field(alias="with")
    since: str | None

    @classmethod
    def of(cls, one: Disagreement) -> Self:
        return cls(between=one.between, since=moment_or_none(one.since))


class UserInCall(BaseModel):
    """What front ends are shown of a person, why, and who has it otherwise."""

    userId: str  # noqa: N815
    inMeeting: bool  # noqa: N815
    since: str | None
    because: str
    connections: int
    told: ToldShown | None
    waiting: str | None
    refused: str | None
    disagrees: list[DisagreementShown]

    @classmethod
    def of(cls, user: WatchedUser) -> Self:
        return cls(
            userId=user.user,
            inMeeting=user.in_meeting,
            since=moment_or_none(user.since),
            because=user.because,
            connections=user.connections,
            told=None if user.told is None else ToldShown.of(user.told),
            waiting=user.waiting,
            refused=user.refused,
            disagrees=[DisagreementShown.of(one) for one in user.disagrees],
        )


class CallShown(BaseModel):
    """A meeting, both sides of it."""

    referralId: str  # noqa: N815
    meetingId: str  # noqa: N815
    openedAt: str  # noqa: N815
    status: MeetingStatus
    provider: ProviderShown
    users: list[UserInCall]
    facts: list[FactInCall]
    disagreesSince: str | None  # noqa: N815

    @classmethod
    def of(cls, call: WatchedCall) -> Self:
        return cls(
            referralId=call.referral,
            meetingId=call.meeting,
            openedAt=moment(call.opened),
            status=call.status,
            provider=ProviderShown.of(call.provider),
            users=[UserInCall.of(user) for user in call.users],
            facts=[FactInCall.of(fact, call.turns.get(fact.seq, ())) for fact in call.facts],
            disagreesSince=moment_or_none(call.disagrees_since),
        )


class CallsShown(BaseModel):
    """The view Now: the oldest disagreement first."""

    calls: list[CallShown]
    more: bool

    @classmethod
    def of(cls, found: CallsOn) -> Self:
        return cls(calls=_shown(found.calls), more=found.more)


def _shown(calls: Sequence[WatchedCall]) -> list[CallShown]:
    return [CallShown.of(call) for call in calls]
