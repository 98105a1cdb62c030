"""The console's files, by the type that their ending has; nothing that they hold is inline."""

import hashlib
import re
from pathlib import Path

from aiohttp import web

from entrypoints.http.who_is_there import TAG_LENGTH, names_tag

STATIC = Path(__file__).with_name("static")
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z]+")
PAGE, FRONT, ICON = "index.html", "front.html", "favicon.ico"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


async def page(request: web.Request) -> web.StreamResponse:
    """The shell: it tells nothing of this installation."""
    return file_of(request, PAGE)


async def page_file(request: web.Request) -> web.StreamResponse:
    return file_of(request, request.match_info["file"])


async def icon(request: web.Request) -> web.StreamResponse:
    return file_of(request, ICON)


def file_of(request: web.Request, name: str, **headers: str) -> web.Response:
    """With its hash as an entity tag. Raises HTTPNotFound. It is read whole, for it is small."""
    kind = TYPES.get(Path(name).suffix)
    if kind is None or not NAME.fullmatch(name) or not (STATIC / name).is_file():
        raise web.HTTPNotFound
    body = (STATIC / name).read_bytes()
    tag = hashlib.sha256(body).hexdigest()[:TAG_LENGTH]
    told = {**HEADERS, "ETag": f'"{tag}"', **headers}
    if names_tag(request, tag):
        return web.Response(status=304, headers=told)
    return web.Response(body=body, headers={**told, "Content-Type": kind})
