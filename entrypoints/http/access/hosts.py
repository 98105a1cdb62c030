"""Refuse requests that were sent to another host's name: a page that makes its own name lead here
(DNS rebinding), and links that a forged ``Host`` would poison."""

from collections.abc import Collection

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from entrypoints.http.problems import Problem
from entrypoints.setting_types import host_of

AT_ANY_HOST = ("/health/", "/metrics")
"""Probes and scrapers ask each instance by its address."""


def refuse_other_hosts(public: Collection[str]) -> Middleware:
    """Answer 421 (RFC 9110, 15.5.20) unless the request names one of these hosts, at any port.

    ``X-Forwarded-Host`` is not read: anybody can send it.
    """

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        if resource and resource.canonical.startswith(AT_ANY_HOST):
            return await handler(request)
        named = request.headers.getall("Host", [])
        # A whole URL in the request line goes before the header (RFC 9112, 3.2.2).
        if len(named) == 1 and {host_of(named[0]), host_of(request.host)} <= {*public}:
            return await handler(request)
        return Problem("misdirected-request").response()

    return refuse
