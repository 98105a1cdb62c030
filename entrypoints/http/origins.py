"""No page of a foreign origin changes anything here, whatever its user is allowed elsewhere."""

from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from domain.errors import DomainError, Kind

SAFE = {"GET", "HEAD", "OPTIONS"}
OURS = {"same-origin", "none"}


class ForeignOriginError(DomainError):
    """A browser says that a page of another origin sent this."""

    slug = "foreign-origin"
    kind = Kind.FORBIDDEN


def refuse_foreign_origins(origins: Collection[str]) -> Middleware:
    """Only browsers send ``Origin``, and pages cannot forge it: so whoever sends none is no page.

    Ours are the configured origins and the service's own: where ``Sec-Fetch-Site`` says so, or the
    origin's host is the one that was called (a proxy may have changed that).
    """

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is not None and request.method not in SAFE and origin not in origins:
            own = request.headers.get("Sec-Fetch-Site") in OURS
            if not own and _host(origin) != request.host:
                raise ForeignOriginError("origin")
        return await handler(request)

    return refuse


def _host(origin: str) -> str | None:
    """None for what is no URL."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
