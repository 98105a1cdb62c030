"""Note the calls to a served twin, and make them fail as its fault plan says."""

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.sandbox.events import About
from adapters.sandbox.log import OK, Entry
from domain.errors import Partner
from entrypoints.sandbox.control import FAULTS, WORLD

PARTNER: web.AppKey[Partner] = web.AppKey("partner", Partner)
ENTRY = web.RequestKey("log_entry", Entry)
"""What the twins' log says of this call; the handler adds what the body says."""


@web.middleware
async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One entry of the log for each call, with its HTTP status when it is no success."""
    resource = request.match_info.route.resource
    what = f"{request.method} {resource.canonical if resource else request.path}"
    with request.app[WORLD].log.asked(request.app[PARTNER], what, _about(request)) as entry:
        request[ENTRY] = entry
        response = await handler(request)
        entry.answer = OK if response.status < 300 else str(response.status)
        return response


@web.middleware
async def spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Faults come before the call has any effect, so a call that got an error did nothing."""
    told = await request.app[FAULTS].answer()
    if told is None:
        return await handler(request)
    return web.Response(status=told.status, headers=told.headers, body=told.body)


def _about(request: web.Request) -> About:
    named = request.match_info
    meeting = named.get("meetingId") or named.get("meeting")
    title = request.app[WORLD].rooms.title(meeting or "")
    return About(named.get("referralId") or title, meeting)
