"""Refuse requests that were sent to another host's name: a page that makes its own name lead here
(DNS rebinding), and links that a forged ``Host`` would poison."""

from collections.abc import Collection

from aiohttp import web

from entrypoints.http.middlewares import Check, route_of
from entrypoints.http.problems import Problem
from entrypoints.setting_types import host_of

AT_ANY_HOST = ("/health/", "/metrics")
"""Probes and scrapers ask each instance by its address."""


def refuse_other_hosts(public: Collection[str]) -> Check:
    """Answers 421 (RFC 9110, 15.5.20) unless the request names one of these hosts, at any port.

    ``X-Forwarded-Host`` is not read: anybody can send it.
    """

    def refuse(request: web.Request) -> Problem | None:
        if route_of(request).startswith(AT_ANY_HOST):
            return None
        named = request.headers.getall("Host", [])
        # A whole URL in the request line goes before the header (RFC 9112, 3.2.2).
        if len(named) == 1 and {host_of(named[0]), host_of(request.host)} <= {*public}:
            return None
        return Problem("misdirected-request")

    return refuse
