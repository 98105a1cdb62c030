"""Is the process alive, and does it want traffic? Neither asks a partner."""

from aiohttp import web

from entrypoints.http.app_keys import READINESS
from entrypoints.http.bodies import json_response
from entrypoints.http.schemas import HealthReply
from entrypoints.readiness import READY


async def live(_request: web.Request) -> web.Response:
    return json_response(HealthReply(status="ok"))


async def ready(request: web.Request) -> web.Response:
    """The database is asked; partners are not, because traffic elsewhere would not help."""
    status = await request.app[READINESS]()
    return json_response(HealthReply(status=status), status=200 if status == READY else 503)
