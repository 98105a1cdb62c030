"""Explain and correct over HTTP who is shown in a meeting."""

from aiohttp import web

from domain.meeting import PersonId
from domain.referral import ReferralId
from entrypoints.http.access.refusals import who
from entrypoints.http.bodies import read_model
from entrypoints.operators.answers import NothingKnownError, answered, counted
from entrypoints.operators.app_keys import CLEAR_PRESENCE, EXPLAIN_PRESENCE
from entrypoints.operators.schemas import ClearBody, ReferralPath
from entrypoints.operators.timeline import MeetingShown, TimelineReply


async def show_presence(request: web.Request) -> web.Response:
    timelines = await request.app[EXPLAIN_PRESENCE](who(request), _referral(request))
    if not timelines:
        raise NothingKnownError("nothing is known of this referral")
    return answered(TimelineReply(meetings=[MeetingShown.of(each) for each in timelines]))


async def clear_presence(request: web.Request) -> web.Response:
    referral = _referral(request)
    body = await read_model(request, ClearBody)
    person = PersonId(body.userId)
    return counted(await request.app[CLEAR_PRESENCE](who(request), referral, person, body.why))


def _referral(request: web.Request) -> ReferralId:
    return ReferralId(ReferralPath.model_validate(dict(request.match_info)).referral)
