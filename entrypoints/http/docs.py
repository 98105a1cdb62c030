"""Serve the OpenAPI document, and Swagger UI from an installed package, without the Internet."""

from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import openapi_ui_bundles
import orjson
from aiohttp import web

from entrypoints.http.openapi import build_document
from entrypoints.http.operation import Operation

FILES = Path(openapi_ui_bundles.__file__).parent / "swagger_ui" / "vendor"
PAGE = """<!doctype html>
<html lang="pt-BR">
<meta charset="utf-8">
<title>Videochamadas</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
"""
START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", validatorUrl: null});\n'
HTML_HEADERS = {
    # Swagger UI needs inline styles and data: images; everything else is blocked.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SERVED = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}


class ServedDocument:
    """The document of what this process serves, including the sandbox's control routes, if any."""

    def __init__(self, operations: tuple[Operation, ...]) -> None:
        self._operations = operations

    @cached_property
    def body(self) -> bytes:
        """Built once, at the first request for it: building blocks the event loop for a while."""
        return orjson.dumps(build_document(self._operations, version("videochamadas")))


DOCUMENT = web.AppKey("document", ServedDocument)


async def openapi_document(request: web.Request) -> web.Response:
    return web.Response(body=request.app[DOCUMENT].body, content_type="application/json")


async def page(_request: web.Request) -> web.Response:
    return web.Response(text=PAGE, content_type="text/html", charset="utf-8", headers=HTML_HEADERS)


async def page_file(request: web.Request) -> web.StreamResponse:
    name = request.match_info["file"]
    if name == "start.js":
        return web.Response(text=START, content_type="text/javascript")
    if name not in SERVED:
        raise web.HTTPNotFound
    return web.FileResponse(FILES / name, headers={"Content-Type": SERVED[name]})
