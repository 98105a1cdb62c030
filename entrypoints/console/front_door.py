"""``/``: where a browser is sent, and what it is shown where there is no console to send it to.

It is served by every process, with its icon; the console itself only where it is on.
"""

from aiohttp import web

from entrypoints.console.static_files import FRONT, HEADERS, file_of, icon
from entrypoints.http.operation import Access, Operation, Reply

PAGES = "serviço"

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


FRONT_DOOR = (
    Operation(
        method="GET",
        path="/",
        handler=front_door,
        id="frontDoor",
        tag=PAGES,
        summary="Para navegadores: o console, ou uma página com os documentos do serviço",
        access=Access.ANYONE,
        replies=(
            Reply(200, "A página."),
            Reply(302, "O console, enquanto ambos os parceiros são de ensaio."),
            Reply(304, "A página não mudou."),
        ),
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/favicon.ico",
        handler=icon,
        id="favicon",
        tag=PAGES,
        summary="O ícone",
        access=Access.ANYONE,
        replies=(Reply(200, "O ícone."), Reply(304, "O ícone não mudou.")),
    ),
)
