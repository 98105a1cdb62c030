"""Serve the OpenAPI document, Swagger UI over it and a client to copy, all without the Internet."""

from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import openapi_ui_bundles
import orjson
from aiohttp import web

from entrypoints.http.openapi import build_document
from entrypoints.http.openapi_examples import with_examples
from entrypoints.http.openapi_security import Security
from entrypoints.http.operation import Operation

FILES = Path(openapi_ui_bundles.__file__).parent / "swagger_ui" / "vendor"
CLIENT = Path(__file__).with_name("client.ts")
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
START = """\
const ui = SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", validatorUrl: null, responseInterceptor: refill,
});

// A meeting that was opened here is what the other operations are tried with.
function refill(answer) {
  if (answer.ok && answer.url.endsWith("/api/dyte/meeting")) {
    fetch("/openapi.json").then((it) => it.json()).then(ui.specActions.updateJsonSpec);
  }
  return answer;
}
"""
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
    """What this process really serves, the sandbox's control routes included while it has any, and
    really asks of its callers. ``examples`` are of ``with_examples``."""

    def __init__(self, operations: tuple[Operation, ...], security: Security) -> None:
        self._operations = operations
        self._security = security
        self._examples: Mapping[str, str] | None = None
        self._body = b""
        self.examples: Callable[[], Mapping[str, str]] = dict

    @property
    def body(self) -> bytes:
        """Made anew only when its examples are others: making it holds everybody up for a while."""
        examples = self.examples()
        if examples != self._examples:
            self._body = orjson.dumps(with_examples(self._document, examples))
            self._examples = examples
        return self._body

    @cached_property
    def _document(self) -> dict[str, Any]:
        return build_document(self._operations, version("videochamadas"), self._security)


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


async def client(_request: web.Request) -> web.StreamResponse:
    """As plain text, which every browser shows: TypeScript has no registered type."""
    return web.FileResponse(CLIENT, headers={"Content-Type": "text/plain; charset=utf-8"})
