"""``/``: where a browser is sent, and what it is shown where there is no console to send it to."""

from aiohttp import web

from entrypoints.console.static_files import FRONT, HEADERS, file_of

LEADS_TO_CONSOLE = web.AppKey("leads_to_console", bool)
"""Both partners are twins, and the console is on."""


async def front_door(request: web.Request) -> web.StreamResponse:
    """Only for browsers: whoever takes no page is answered that there is nothing here."""
    if "text/html" not in request.headers.get("Accept", ""):
        raise web.HTTPNotFound
    if request.app[LEADS_TO_CONSOLE]:
        headers = {"Location": "/console", "Vary": "Accept", **HEADERS}
        return web.Response(status=302, headers=headers)
    return file_of(request, FRONT, Vary="Accept")
