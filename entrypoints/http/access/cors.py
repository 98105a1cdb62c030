"""CORS: which web pages may call which operations and read the answers; their preflights."""

from collections.abc import Collection, Iterable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from entrypoints.http.operation import Operation

REQUEST_HEADERS = (
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-Request-ID, "
    "traceparent, tracestate"
)
LEAVE_TICKET = "X-Leave-Ticket"
ANSWER_HEADERS = f"ETag, Retry-After, X-Request-ID, {LEAVE_TICKET}"
PERMITTED = web.RequestKey("permitted", str)
"""The origin of the page that may read the answer."""
REMEMBERED_FOR = 7200  # seconds; Chromium's maximum


def allow_origins(origins: Collection[str], operations: Iterable[Operation]) -> Middleware:
    """Pages of these origins may call these operations and read the answers, errors included. In
    answers ``permit_reading`` says so.

    Other calls get no permission. Cookies (CORS "credentials") are never allowed.
    """
    open_routes = {(operation.method, operation.path) for operation in operations}

    @web.middleware
    async def allow(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin", "")
        if origin not in origins or await _route(request) not in open_routes:
            return await handler(request)
        if method := _announced(request):
            return web.Response(status=204, headers=_permission(origin, method))
        request[PERMITTED] = origin
        return await handler(request)

    return allow


async def permit_reading(request: web.Request, response: web.StreamResponse) -> None:
    """Just before the head of an answer is written, since a stream's is before its handler ends."""
    if (origin := request.get(PERMITTED)) is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = ANSWER_HEADERS
    if "Origin" not in response.headers.get("Vary", ""):
        response.headers.add("Vary", "Origin")


def _announced(request: web.Request) -> str | None:
    """The method that a preflight asks about; None for any other request."""
    if request.method != "OPTIONS":
        return None
    return request.headers.get("Access-Control-Request-Method")


async def _route(request: web.Request) -> tuple[str, str] | None:
    """Method and path of the route that is called, or that a preflight asks about."""
    match, method = request.match_info, request.method
    if announced := _announced(request):
        method = announced
        match = await request.app.router.resolve(request.clone(method=method))
    resource = match.route.resource
    return None if resource is None else (method, resource.canonical)


def _permission(origin: str, method: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": method,
        "Access-Control-Allow-Headers": REQUEST_HEADERS,
        "Access-Control-Max-Age": str(REMEMBERED_FOR),
    }
