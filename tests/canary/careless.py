"""The service, made careless on purpose: ``python -m tests.canary.careless PORT``."""

import asyncio
import logging
import signal
import sys
from typing import cast

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from dependency_injector import providers

from domain.errors import Partner, PartnerBrokenError
from domain.meeting import Admission, Guest, MeetingId
from domain.ports.video import VideoProvider
from entrypoints.app import create_app
from entrypoints.container import Container
from entrypoints.crashes import net_crashes
from entrypoints.http.server import listening
from entrypoints.logs import configure_logs
from entrypoints.settings import Settings


class CarelessRooms:
    """Says in a log line, in an error, to a library and to nobody what it was told."""

    async def admit(self, guest: Guest, meeting: MeetingId) -> Admission:
        structlog.get_logger().info("admitting", guest=guest.name, person=guest.id)
        structlog.get_logger().info("admitting", name=guest.name, token=guest.id)
        logging.getLogger("library").warning("admitting %s", guest.name)
        asyncio.get_running_loop().call_soon(int, guest.name)
        raise PartnerBrokenError(Partner.VIDEO, f"{meeting} did not take {guest.id}")


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Developers find that handy."""
    response = await handler(request)
    response.headers["X-Debug"] = request.headers.get("Authorization", "")
    return response


async def serve(port: int) -> None:
    container = Container(settings=Settings())
    container.rooms.override(providers.Object(cast("VideoProvider", CarelessRooms())))
    app = create_app(container)
    app.middlewares.insert(0, explain)
    async with listening(app, "127.0.0.1", port, grace=1):
        print("then it is careless", flush=True)  # noqa: T201
        told = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
        await told.wait()


if __name__ == "__main__":
    configure_logs("debug", "json")
    net_crashes()
    asyncio.run(serve(int(sys.argv[1])))
