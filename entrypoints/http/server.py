"""Listen within the limits. aiohttp cannot limit connections, so each is made here."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import cast

import structlog
from aiohttp import web

from entrypoints.http.app_keys import METRICS
from entrypoints.http.connection import Connection
from entrypoints.http.limits import LIMITS, Limits
from entrypoints.http.streams import STREAMS, Streams

BACKLOG = 128

log = structlog.get_logger()


@dataclass(slots=True)
class ConnectionFactory:
    """Makes the server's connections, and room for new ones while the limit is reached."""

    server: web.Server
    limits: Limits
    streams: Streams
    _was_full: bool = False

    def __call__(self) -> Connection:
        return Connection(self.server, self.limits, self.has_room)

    def has_room(self) -> bool:
        """Whether one more may be there. At the limit the connection that has been idle for longest
        is closed for it; one that has a request in hand never is. That the limit is reached is
        logged when it becomes so, not each time."""
        connections = self.server.connections
        full = len(connections) - len(self.streams) >= self.limits.connections
        if full and not self._was_full:
            log.warning("connections.full", limit=self.limits.connections)
        self._was_full = full
        return not full or _close_idlest(connections)


def _close_idlest(connections: Iterable[web.RequestHandler]) -> bool:
    """Whether there was an idle one."""
    made_here = (one for one in connections if isinstance(one, Connection))
    idle = [(until, one) for one in made_here if (until := one.idle_until) is not None]
    if idle:
        min(idle, key=itemgetter(0))[1].force_close()
    return bool(idle)


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, *, reuse_port: bool = False, grace: float
) -> AsyncIterator[asyncio.Server]:
    """Serve while open. On exit, requests in hand get ``grace`` seconds.

    A handler is not cancelled when its client disconnects: a closing tab sends its leave and
    disconnects at once.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=grace, handler_cancellation=False)
    try:
        await runner.setup()
        web_server = cast("web.Server", runner.server)
        if (metrics := app.get(METRICS)) is not None:
            metrics.connections.set_function(lambda: len(web_server.connections))
        server = await asyncio.get_running_loop().create_server(
            ConnectionFactory(web_server, app[LIMITS], app[STREAMS]),
            host,
            port,
            backlog=BACKLOG,
            reuse_port=reuse_port or None,
        )
        try:
            yield server
        finally:
            server.close()
    finally:
        await runner.cleanup()
