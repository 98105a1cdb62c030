"""No page of a foreign origin changes anything here, whatever its user is allowed elsewhere."""

from collections.abc import Collection

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
    """Ours are the configured origins and the service's own. Browsers tell which page sent a
    request, and pages cannot forge that; whoever tells nothing is no page.
    """

    @web.middleware
    async def refuse(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method not in SAFE and not _is_ours(request, origins):
            raise ForeignOriginError("origin")
        return await handler(request)

    return refuse


def _is_ours(request: web.Request, origins: Collection[str]) -> bool:
    """``Sec-Fetch-Site`` decides where there is one: a proxy may have changed ``Host``."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin in origins:
        return True
    if site is not None:
        return site in OURS
    own = {f"{scheme}://{request.host}" for scheme in ("http", "https")}
    return origin is None or origin in own
