"""A partner that answers every request with one and the same fault, whatever its path and method.

It has threads of its own, so that it also answers an adapter that blocks the event loop.
"""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPMessage, parse_headers
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import ClassVar, NamedTuple

PATIENCE = 5.0
"""Seconds after which a call must have ended, whatever the partner does."""
TO_A_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """What every request is answered with; without a status there is no answer at all."""

    name: str
    status: str = ""
    body: bytes = b'{"message": "a fault"}'
    kind: str = "application/json"
    more: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def answer(self) -> bytes:
        head = (
            f"HTTP/1.1 {self.status}\r\nContent-Type: {self.kind}\r\nConnection: close\r\n"
            f"Content-Length: {len(self.body)}\r\n{self.more}\r\n"
        )
        return head.encode() + self.body


PAGE = b"<html><body>not found</body></html>"
FAILING = Fault("a 500", "500 Internal Server Error")
OVERLOADED = Fault("a 503 with Retry-After", "503 Service Unavailable", more="Retry-After: 7\r\n")
TOO_MANY = Fault("a 429", "429 Too Many Requests")
UNAUTHORIZED = Fault("a 401", "401 Unauthorized")
NO_PAGE = Fault("a 404 in HTML", "404 Not Found", PAGE, "text/html")
NOT_FOUND = Fault("a 404 in JSON", "404 Not Found")
CONFLICT = Fault("a 409", "409 Conflict")
BROKEN = Fault("a 200 with broken JSON", "200 OK", b'{"data": {"id": "1"')
EMPTY = Fault("an empty 200", "200 OK", b"")
NO_CONTENT = Fault("a 204", "204 No Content", b"")
HANG = Fault("a hang")
RESET = Fault("a reset")
FAULTS = (
    FAILING,
    OVERLOADED,
    TOO_MANY,
    UNAUTHORIZED,
    NO_PAGE,
    NOT_FOUND,
    CONFLICT,
    BROKEN,
    EMPTY,
    NO_CONTENT,
    HANG,
    RESET,
)


class Seen(NamedTuple):
    """A request as it came over the wire."""

    method: str
    target: str
    body: bytes

    def names(self, text: str) -> bool:
        return text in self.target or text.encode() in self.body


class FaultServer(ThreadingTCPServer):
    """``seen`` has the requests since ``play`` was called; ``when_hanging`` is called, by a thread
    of the server, once one that gets no answer is among them."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.fault = FAILING
        self.seen: list[Seen] = []
        self.when_hanging: Callable[[], object] = lambda: None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def play(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = []


class _Connection(StreamRequestHandler):
    """One request, then the fault."""

    server: FaultServer
    timeout: ClassVar[float] = PATIENCE + 3

    def handle(self) -> None:
        line = self.rfile.readline().decode("latin-1").split()
        if len(line) < 2:
            return
        body = self._body(parse_headers(self.rfile))
        fault = self.server.fault
        self.server.seen.append(Seen(line[0], line[1], body))
        if fault is HANG:
            self.server.when_hanging()
            with suppress(TimeoutError, ConnectionError):
                self.rfile.read()
        elif fault is RESET:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, TO_A_RESET)
            socket.close(self.request.detach())
        else:
            with suppress(ConnectionError):
                self.wfile.write(fault.answer)

    def _body(self, headers: HTTPMessage) -> bytes:
        if headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body


@contextmanager
def serving() -> Iterator[FaultServer]:
    with FaultServer() as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()
