"""What each session on PostgreSQL is opened with, so that none holds others up for long."""

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import asyncpg

PATIENCE = 5.0
"""Seconds for connecting, and for one answer."""
DEAD_AFTER = 10
"""Seconds without a sign of the other side, after which each side ends the connection."""
EVERY, TIMES = 3, 3
"""Then it is asked so often, every so many seconds."""

SESSION = {
    "application_name": "videochamadas",
    # Milliseconds. A row is locked for as long as one transaction takes, a few milliseconds.
    "lock_timeout": "1000",
    "statement_timeout": "5000",
    # A process that is frozen or cut off inside a transaction keeps its rows locked.
    "idle_in_transaction_session_timeout": "3000",
    "tcp_user_timeout": str(DEAD_AFTER * 1000),
    # Seconds.
    "tcp_keepalives_idle": str(DEAD_AFTER),
    "tcp_keepalives_interval": str(EVERY),
    "tcp_keepalives_count": str(TIMES),
}
MIGRATING = SESSION | {"lock_timeout": "2000", "statement_timeout": "0"}
"""A migration takes as long as it needs. While it waits for a table all others wait behind it, so
it gives up soon and tries again."""

OPTIONS = {
    "TCP_KEEPIDLE": DEAD_AFTER,
    "TCP_KEEPALIVE": DEAD_AFTER,  # the same on macOS
    "TCP_KEEPINTVL": EVERY,
    "TCP_KEEPCNT": TIMES,
    "TCP_USER_TIMEOUT": DEAD_AFTER * 1000,
}


if TYPE_CHECKING:
    AnyConnection = asyncpg.Connection[asyncpg.Record]
else:
    AnyConnection = asyncpg.Connection


class KeptAlive(AnyConnection):
    """A connection whose end is noticed although nobody says so: asyncpg has no setting for it."""

    def __init__(self, protocol: Any, transport: asyncio.Transport, *others: Any) -> None:  # noqa: ANN401
        super().__init__(protocol, transport, *others)
        keep_alive(transport.get_extra_info("socket"))

    def get_reset_query(self) -> str:
        """Nothing: no transaction leaves anything in its session. asyncpg's own query would be one
        more way there and back for each."""
        return ""


def keep_alive(connected: socket.socket) -> None:
    """With what this system has of it; a Unix socket needs none."""
    if connected.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in OPTIONS.items():
        if hasattr(socket, name):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
