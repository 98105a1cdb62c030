"""Stop listening without a loss: the system resets connections that a closed socket has not taken,
and another process on the same port gets none of them."""

import asyncio
import socket
from collections.abc import Callable, Iterator

ARRIVING = 0.5
"""Seconds for the first request of a connection that was taken last."""


async def stop_listening(
    server: asyncio.Server, connection: Callable[[], asyncio.BaseProtocol]
) -> None:
    """Close the server's sockets. Who connected before that is served by a new ``connection``."""
    listening = [socket.fromfd(one.fileno(), one.family, one.type) for one in server.sockets]
    server.close()  # the event loop takes no more; our copies keep the sockets open
    last = [one for each in listening for one in _not_taken(each)]
    loop = asyncio.get_running_loop()
    for connected in last:
        await loop.connect_accepted_socket(connection, connected)
    if last:
        await asyncio.sleep(ARRIVING)


def _not_taken(listening: socket.socket) -> Iterator[socket.socket]:
    """Those that wait. The socket is closed at once after the last one, before another can come."""
    with listening:
        listening.settimeout(0)
        while True:
            try:
                connected, _ = listening.accept()
            except ConnectionAbortedError:
                continue
            except BlockingIOError:
                return
            connected.settimeout(0)
            yield connected
