"""Listen within the limits. aiohttp cannot limit connections, so each is made here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import structlog
from aiohttp import web

from entrypoints.http.connection import Connection
from entrypoints.http.limits import LIMITS, Limits
from entrypoints.http.streams import STREAMS, Streams

BACKLOG = 128

log = structlog.get_logger()


@dataclass(slots=True)
class ConnectionFactory:
    """Makes the server's connections, and knows whether the limit is reached."""

    server: web.Server
    limits: Limits
    streams: Streams
    _was_full: bool = False

    def __call__(self) -> Connection:
        return Connection(self.server, self.limits, self.full)

    def full(self) -> bool:
        """Whether the limit is reached; logged when it becomes so, not for each refusal."""
        busy = len(self.server.connections) - len(self.streams)
        full = busy >= self.limits.connections
        if full and not self._was_full:
            log.warning("connections.full", limit=self.limits.connections)
        self._was_full = full
        return full


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
        server = await asyncio.get_running_loop().create_server(
            ConnectionFactory(cast("web.Server", runner.server), app[LIMITS], app[STREAMS]),
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
