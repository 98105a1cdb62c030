"""Recognise requests of pages of foreign origins that would change something (CSRF)."""

from collections.abc import Collection

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from domain.errors import DomainError, Kind

FOREIGN: web.RequestKey[bool] = web.RequestKey("foreign", bool)
"""Whether a page of a foreign origin seems to ask for a change. The gate refuses that. A webhook
needs a signature then: relays send an ``Origin`` too, and a page can sign nothing."""
SAFE = {"GET", "HEAD", "OPTIONS"}
OURS = {"same-origin", "none"}


class ForeignOriginError(DomainError):
    """The browser's headers say that a page of a foreign origin sent the request."""

    slug = "foreign-origin"
    kind = Kind.FORBIDDEN


def notice_foreign_origins(origins: Collection[str]) -> Middleware:
    """Allowed are the configured origins and the service's own. Browsers send a page's origin in
    headers that the page cannot forge; a request without these headers is not from a page.
    """

    @web.middleware
    async def notice(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[FOREIGN] = request.method not in SAFE and not _is_ours(request, origins)
        return await handler(request)

    return notice


def _is_ours(request: web.Request, origins: Collection[str]) -> bool:
    """``Sec-Fetch-Site``, if sent, decides before ``Host``, which a proxy may have changed."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin in origins:
        return True
    if site is not None:
        return site in OURS
    own = {f"{scheme}://{request.host}" for scheme in ("http", "https")}
    return origin is None or origin in own
