"""Why somebody is shown in a meeting, over HTTP, and correcting it."""

from aiohttp import web

from domain.meeting import PersonId
from domain.referral import ReferralId
from entrypoints.http.access.refusals import who
from entrypoints.http.bodies import read_model
from entrypoints.operations.answers import NothingKnownError, answered, counted
from entrypoints.operations.keys import CORRECTIONS, EXPLAIN_PRESENCE
from entrypoints.operations.schemas import ClearBody, ReferralPath
from entrypoints.operations.timeline import MeetingShown, TimelineReply


async def show_presence(request: web.Request) -> web.Response:
    timelines = await request.app[EXPLAIN_PRESENCE](_referral(request))
    if not timelines:
        raise NothingKnownError("nothing is known of this referral")
    return answered(TimelineReply(meetings=[MeetingShown.of(each) for each in timelines]))


async def clear_presence(request: web.Request) -> web.Response:
    referral = _referral(request)
    body = await read_model(request, ClearBody)
    corrections = request.app[CORRECTIONS]
    person = PersonId(body.userId)
    return counted(await corrections.clear(who(request), referral, person, body.why))


def _referral(request: web.Request) -> ReferralId:
    return ReferralId(ReferralPath.model_validate(dict(request.match_info)).referral)
