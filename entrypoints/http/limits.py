"""What one process takes from those who call it. All of it is here, and all of it is explicit."""

from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in seconds, sizes in bytes. Bodies have sizes of their own, in ``bodies.py``."""

    connections: int = 1000
    """At once. One more is closed at once, and those that are there notice nothing."""
    head: float = 10.0
    """For a connection's first request line and headers, from when it is made."""
    body: float = 10.0
    """For a whole body, from when a handler begins to read it; then 408."""
    keep_alive: float = 75.0
    """Between an answer and the end of the next headers: longer than proxies keep connections
    (60 s are usual), or one would send a request into a connection that is being closed."""
    linger: float = 2.0
    """For what is still coming of a body that was refused, so that its sender can read why."""
    line: int = 8190
    """Of a request line: two ids of 255 characters, percent-encoded, are less."""
    field: int = 8190
    """Of one header, name and value; a bearer token is less."""
    fields: int = 64
    """Headers of one request."""


LIMITS = web.AppKey("limits", Limits)
DEFAULT_LIMITS = Limits()
