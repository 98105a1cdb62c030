"""Recognise requests of pages of foreign origins that would change something (CSRF)."""

from collections.abc import Collection

from aiohttp import web

from domain.errors import DomainError, Kind

PAGES: web.AppKey[Collection[str]] = web.AppKey("pages")
"""The origins whose pages may ask for changes, beside our own."""
SAFE = {"GET", "HEAD", "OPTIONS"}
OURS = {"same-origin", "none"}
FORWARDED_PROTO = "X-Forwarded-Proto"


class ForeignOriginError(DomainError):
    """The browser's headers say that a page of a foreign origin sent the request."""

    slug = "foreign-origin"
    kind = Kind.FORBIDDEN


def is_foreign(request: web.Request) -> bool:
    """Whether a page of a foreign origin seems to ask for a change.

    The gate refuses that. A webhook needs a signature then: relays send an ``Origin`` too, and a
    page can sign nothing. Browsers send a page's origin in headers that the page cannot forge; a
    request without these headers is not from a page.
    """
    return request.method not in SAFE and not _is_ours(request, request.app[PAGES])


def _is_ours(request: web.Request, origins: Collection[str]) -> bool:
    """``Sec-Fetch-Site``, if sent, decides before ``Host``, which a proxy may have changed."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin in origins:
        return True
    if site is not None:
        return site in OURS
    return origin is None or origin in own_origins(request)


def is_our_own_page(request: web.Request) -> bool:
    """Whether a page of this service's own origin sent the request, and the browser says so.

    Unlike a page of ``CORS_ORIGINS`` or of a neighbouring domain (``same-site``), and unlike a
    request that no page sent. Without ``Sec-Fetch-Site`` a browser tells an origin only of a
    request that may change something.
    """
    site = request.headers.getall("Sec-Fetch-Site", [])
    origin = request.headers.getall("Origin", [])
    if site:
        return site == ["same-origin"]
    return len(origin) == 1 and origin[0] in own_origins(request)


def own_origins(request: web.Request) -> set[str]:
    """The origins that pages at this ``Host`` may have. TLS ends at a proxy, so both schemes are
    possible, unless a proxy says https. That is believed of anybody: it only takes one away."""
    said = ",".join(request.headers.getall(FORWARDED_PROTO, [])).lower()
    schemes = ("https",) if "https" in said else ("http", "https")
    return {f"{scheme}://{request.host}" for scheme in schemes}
