"""``/metrics``: for a key with the role ``metrics``, or on a port of its own."""

from aiohttp import web

from adapters.metrics import CONTENT_TYPE
from entrypoints.http.app_keys import SCRAPE
from entrypoints.http.limits import DEFAULT_LIMITS, LIMITS
from entrypoints.http.streams import STREAMS, Streams

PATH = "/metrics"


async def metrics(request: web.Request) -> web.Response:
    return await _answer(request.app)


def metrics_alone(app: web.Application) -> web.Application:
    """An application that has nothing but this of another one, and asks nobody who they are."""

    async def handler(_request: web.Request) -> web.Response:
        return await _answer(app)

    alone = web.Application()
    alone[LIMITS], alone[STREAMS] = DEFAULT_LIMITS, Streams(0, 0)
    alone.add_routes([web.get(PATH, handler)])
    return alone


async def _answer(app: web.Application) -> web.Response:
    headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
    return web.Response(body=await app[SCRAPE](), headers=headers)
