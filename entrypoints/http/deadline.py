"""The time limits for an answer, from when the request's body was read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

ANSWER_WITHIN = 2.5  # seconds
MEETING_WITHIN = web.AppKey("meeting_within", float)
"""Seconds for opening or joining a meeting, with all calls to partners that this takes; and for
reading."""


def answer_deadline() -> float:
    """When this request must be answered, in the event loop's time (seconds): Dyte counts a webhook
    as failed after 3 s (provider document)."""
    return asyncio.get_running_loop().time() + ANSWER_WITHIN


@asynccontextmanager
async def meeting_deadline(request: web.Request) -> AsyncIterator[None]:
    """Raises HTTPGatewayTimeout at its end."""
    limit = asyncio.timeout(request.app[MEETING_WITHIN])
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise web.HTTPGatewayTimeout from error


def in_time(handler: Handler) -> Handler:
    """The same within that time."""

    async def limited(request: web.Request) -> web.StreamResponse:
        async with meeting_deadline(request):
            return await handler(request)

    return limited
