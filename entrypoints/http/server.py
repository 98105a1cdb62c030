"""Listen within the limits. aiohttp cannot limit connections, so each is made here."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import cast

import structlog
from aiohttp import web

from entrypoints.http.app_keys import METRICS, READINESS
from entrypoints.http.connection import Connection
from entrypoints.http.last_connections import stop_listening
from entrypoints.http.limits import LIMITS, Limits
from entrypoints.http.streams import STREAMS, Streams

BACKLOG = 128
CUT_OFF = 0.5
"""Seconds for what is still in hand when its time is over, to notice that it is cancelled."""
OFTEN = 0.05
"""Seconds from one look for idle connections to the next, while the process stops."""

log = structlog.get_logger()


@dataclass(slots=True)
class Connections:
    """Makes the server's connections, and room for new ones while the limit is reached; ends them
    when the process stops."""

    server: web.Server
    limits: Limits
    streams: Streams
    _was_full: bool = False
    _handling: set[asyncio.Task[None]] = field(default_factory=set)

    def __call__(self) -> Connection:
        return Connection(self.server, self.limits, self.has_room, self._handling)

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

    async def finish(self, grace: float) -> None:
        """Close the idle connections, and each other one when it is answered. Requests in hand get
        ``grace`` seconds, also those whose client is gone, or still sends the body: aiohttp would
        read no more of it."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + grace
        await asyncio.sleep(0)  # what has arrived is read first
        while self._handling and loop.time() < ends:
            for _, one in _idle(self.server.connections):
                one.force_close()
            await asyncio.wait(self._handling, timeout=OFTEN)


def _close_idlest(connections: Iterable[web.RequestHandler]) -> bool:
    """Whether there was an idle one."""
    idle = _idle(connections)
    if idle:
        min(idle, key=itemgetter(0))[1].force_close()
    return bool(idle)


def _idle(connections: Iterable[web.RequestHandler]) -> list[tuple[float, Connection]]:
    """Each with the time until which it may be idle."""
    made_here = (one for one in connections if isinstance(one, Connection))
    return [(until, one) for one in made_here if (until := one.idle_until) is not None]


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, *, reuse_port: bool = False, grace: float
) -> AsyncIterator[asyncio.Server]:
    """Serve while open. On exit streams end, and requests in hand get ``grace`` seconds; when that
    is cancelled, nothing more is waited for.

    A handler is not cancelled when its client disconnects: a closing tab sends its leave and
    disconnects at once.
    """
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=CUT_OFF, handler_cancellation=False
    )
    try:
        await runner.setup()
        web_server = cast("web.Server", runner.server)
        if (metrics := app.get(METRICS)) is not None:
            metrics.connections.set_function(lambda: len(web_server.connections))
        connections = Connections(web_server, app[LIMITS], app[STREAMS])
        server = await asyncio.get_running_loop().create_server(
            connections, host, port, backlog=BACKLOG, reuse_port=reuse_port or None
        )
    except BaseException:
        await runner.cleanup()
        raise
    try:
        yield server
    finally:
        if (readiness := app.get(READINESS)) is not None:
            readiness.stopping = True
        app[STREAMS].stop()
        await stop_listening(server, connections)
        await connections.finish(grace)
        await runner.cleanup()
