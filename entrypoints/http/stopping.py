"""The first part of a stop: this process says that it stops, and goes on answering."""

import asyncio

from aiohttp import web

from entrypoints.http.app_keys import READINESS

ON_THE_WAY = 0.5
"""Seconds for what was sent in the last moment of a drain to arrive."""


async def drain(app: web.Application, seconds: float) -> None:
    """Unready from now on. Requests are still taken for so many seconds, so that a load balancer
    has the time to notice; whatever was sent by then is answered."""
    app[READINESS].stopping = True
    if seconds:
        await asyncio.sleep(seconds + ON_THE_WAY)


async def close_connection(request: web.Request, response: web.StreamResponse) -> None:
    """Just before the head of an answer is written: while the process stops, its client is told to
    make another connection, which may lead to another instance."""
    if request.app[READINESS].stopping:
        response.force_close()
        response.headers["Connection"] = "close"
