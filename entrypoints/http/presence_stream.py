"""Who is in a referral's meetings, as a stream: again at each change."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import web

from domain.who_is_there import WhoIsThere
from entrypoints.http.access.caller import CALLER
from entrypoints.http.app_keys import WATCH_PRESENCE
from entrypoints.http.event_stream import Written, stream
from entrypoints.http.who_is_there import ReferralPath, written


async def stream_presence(request: web.Request) -> web.StreamResponse:
    referral, caller = ReferralPath.of(request), request[CALLER]
    return await stream(request, _written(request.app[WATCH_PRESENCE](caller, referral)))


async def _written(presence: AsyncGenerator[WhoIsThere]) -> AsyncGenerator[Written]:
    async with aclosing(presence):
        async for who in presence:
            yield written(who)
