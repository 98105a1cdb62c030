"""Is the process alive, and does it want traffic? Neither asks a partner."""

from aiohttp import web

from entrypoints.http.bodies import json_response
from entrypoints.http.schemas import HealthReply


async def live(_request: web.Request) -> web.Response:
    return json_response(HealthReply(status="ok"))


async def ready(_request: web.Request) -> web.Response:
    return json_response(HealthReply(status="ready"))
