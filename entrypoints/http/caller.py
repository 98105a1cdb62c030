"""The caller of a request, as the middleware found it."""

from aiohttp import web

from domain.caller import Caller, Service

CALLER: web.RequestKey[Caller] = web.RequestKey("caller", Caller)  # type: ignore[arg-type]


def caller_of(request: web.Request) -> Caller:
    caller: Caller = request.get(CALLER, Service("anyone", operator=True))
    return caller
