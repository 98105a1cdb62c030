"""Make calls to a served twin fail, as its fault plan says."""

import asyncio

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from entrypoints.sandbox.control import FAULTS

HANG = 30.0  # seconds
PAGE = "<html><body><h1>404 Not Found</h1></body></html>"


@web.middleware
async def spoil(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Faults come before the call has any effect, so a call that got an error did nothing."""
    faults = request.app[FAULTS]
    plan = faults.plan.api
    if faults.happens(plan.too_many_requests):
        headers = {"Retry-After": "4", "X-Envoy-Ratelimited": "true"}
        return web.Response(status=429, headers=headers)
    if faults.happens(plan.server_error):
        error = {"success": False, "error": {"code": 500, "message": "Something went wrong"}}
        return web.Response(status=500, body=orjson.dumps(error), content_type="application/json")
    if faults.happens(plan.hang):
        await asyncio.sleep(HANG)
    if faults.happens(plan.html):
        return web.Response(status=404, text=PAGE, content_type="text/html")
    if faults.happens(plan.unauthorized):
        return web.Response(
            status=401, body=b'{"message":"Unauthorized"}', content_type="application/json"
        )
    return await handler(request)
