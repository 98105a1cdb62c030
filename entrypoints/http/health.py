"""Liveness and readiness probes; neither asks a partner."""

from aiohttp import web

from entrypoints.http.app_keys import READINESS
from entrypoints.http.bodies import json_response
from entrypoints.http.schemas import HealthReply
from entrypoints.readiness import READY


async def live(_request: web.Request) -> web.Response:
    return json_response(HealthReply(status="ok"))


async def ready(request: web.Request) -> web.Response:
    """Asks the database, not the partners: other instances have the same partners."""
    status = await request.app[READINESS]()
    return json_response(HealthReply(status=status), status=200 if status == READY else 503)
