"""The limits of one process towards its callers."""

from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in seconds, sizes in bytes. Bodies have sizes of their own, in ``bodies.py``."""

    connections: int = 1000
    """At the same time, but for streams. The one that has been idle for longest gives way to a
    further one; while all have a request in hand, that one is closed at once."""
    streams: int = 1000
    """Open at the same time, beside the connections above. A further one is answered with 503."""
    streams_of_doctor: int = 6
    """As many as a browser opens to one origin over HTTP/1.1. A further one is answered with
    429."""
    comment: float = 15.0
    """From one comment in a stream to the next, so that no proxy takes it for dead."""
    write: float = 10.0
    """For a client to take what a stream has written; then its connection is cut off."""
    head: float = 10.0
    """For a connection's first request line and headers, from its start; then it is closed."""
    body: float = 10.0
    """For a whole body, from when a handler begins to read it; then 408."""
    keep_alive: float = 75.0
    """From an answer to the end of the next headers. Longer than proxies keep connections (usually
    60 s), so that no proxy sends a request into a connection that is being closed."""
    linger: float = 2.0
    """For receiving the rest of a refused body, so that its sender can read the answer."""
    line: int = 8190
    """Of a request line; two percent-encoded ids of 255 characters fit."""
    field: int = 8190
    """Of one header, name and value; a bearer token fits."""
    fields: int = 64
    """Headers of one request."""


LIMITS = web.AppKey("limits", Limits)
DEFAULT_LIMITS = Limits()
