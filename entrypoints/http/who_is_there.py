"""See who is in a referral's meetings: the document, and its hash as an entity tag."""

import hashlib
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Self

from aiohttp import web
from pydantic import BaseModel

from adapters.fields import Identifier
from domain.referral import ReferralId
from domain.who_is_there import MeetingShown, MeetingStatus, UserShown, WhoIsThere
from entrypoints.http.access.caller import CALLER
from entrypoints.http.app_keys import SEE_PRESENCE
from entrypoints.http.event_stream import Written
from entrypoints.http.schemas import Sent

KEPT = 512
"""Documents that are written once for all who are told them at about the same time."""
TAG_LENGTH = 32  # hexadecimal digits
VARY = "Authorization, Cookie, Origin"
TAG = re.compile(r'(?:W/)?"([^"]*)"')


class UserData(BaseModel):
    """A person whose flag the attendance service keeps for a meeting."""

    userId: str  # noqa: N815
    inMeeting: bool  # noqa: N815
    since: datetime | None

    @classmethod
    def of(cls, user: UserShown) -> Self:
        since = None if user.since is None else _time(user.since)
        return cls(userId=user.user, inMeeting=user.in_meeting, since=since)


class MeetingPresence(BaseModel):
    """A meeting and its users."""

    meetingId: str  # noqa: N815
    openedAt: datetime  # noqa: N815
    status: MeetingStatus
    users: list[UserData]

    @classmethod
    def of(cls, meeting: MeetingShown) -> Self:
        return cls(
            meetingId=meeting.meeting,
            openedAt=_time(meeting.opened),
            status=meeting.status,
            users=[UserData.of(user) for user in meeting.users],
        )


class PresenceData(BaseModel):
    """A referral's meetings."""

    referralId: str  # noqa: N815
    referralKnown: bool  # noqa: N815
    meetings: list[MeetingPresence]


class PresenceReply(BaseModel):
    """Who is there."""

    data: PresenceData

    @classmethod
    def of(cls, who: WhoIsThere) -> Self:
        meetings = [MeetingPresence.of(meeting) for meeting in who.meetings]
        return cls(
            data=PresenceData(
                referralId=who.referral, referralKnown=who.referral_known, meetings=meetings
            )
        )


class ReferralPath(Sent):
    """The id in the path."""

    referralId: Identifier  # noqa: N815

    @classmethod
    def of(cls, request: web.Request) -> ReferralId:
        """Raises pydantic's ValidationError, which answers 422."""
        return ReferralId(cls.model_validate(dict(request.match_info)).referralId)


@lru_cache(KEPT)
def written(who: WhoIsThere) -> Written:
    text = PresenceReply.of(who).model_dump_json()
    return Written(text, hashlib.sha256(text.encode()).hexdigest()[:TAG_LENGTH])


async def see_presence(request: web.Request) -> web.Response:
    referral = ReferralPath.of(request)
    document = written(await request.app[SEE_PRESENCE](request[CALLER], referral))
    headers = {
        "ETag": f'"{document.tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": VARY,
    }
    if names_tag(request, document.tag):
        return web.Response(status=304, headers=headers)
    return web.Response(text=document.text, headers=headers, content_type="application/json")


def names_tag(request: web.Request, tag: str) -> bool:
    """Whether ``If-None-Match`` names the tag, weakly compared (RFC 9110, 13.1.2)."""
    named = ", ".join(request.headers.getall("If-None-Match", ()))
    return named.strip() == "*" or tag in TAG.findall(named)


def _time(seconds: float) -> datetime:
    """To the second, in UTC."""
    return datetime.fromtimestamp(int(seconds), UTC)
