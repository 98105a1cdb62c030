"""Listen, within the limits. aiohttp has no limit for connections, so each is made here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import structlog
from aiohttp import web

from entrypoints.http.connection import Connection
from entrypoints.http.limits import LIMITS, Limits

BACKLOG = 128

log = structlog.get_logger()


@dataclass(slots=True)
class ConnectionFactory:
    """Makes the server's connections, and says whether there may be one more."""

    server: web.Server
    limits: Limits
    _was_full: bool = False

    def __call__(self) -> Connection:
        return Connection(self.server, self.limits, self.full)

    def full(self) -> bool:
        """It is logged when it becomes true, not for everybody who is turned away."""
        full = len(self.server.connections) >= self.limits.connections
        if full and not self._was_full:
            log.warning("connections.full", limit=self.limits.connections)
        self._was_full = full
        return full


@asynccontextmanager
async def listening(
    app: web.Application, host: str, port: int, *, reuse_port: bool = False, grace: float
) -> AsyncIterator[asyncio.Server]:
    """The application is up while open; at the end requests in hand get ``grace`` seconds.

    A handler is not cancelled when its client hangs up: a tab that closes does that to what it has
    just said.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=grace, handler_cancellation=False)
    try:
        await runner.setup()
        server = await asyncio.get_running_loop().create_server(
            ConnectionFactory(cast("web.Server", runner.server), app[LIMITS]),
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
