"""Requests that are ready as bytes, over connections that are kept: how long each takes."""

import asyncio
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import cast

PATIENCE = 60.0
"""Seconds within which a server is to answer whatever it was sent."""


@dataclass(slots=True)
class Load:
    """The seconds that all took, and each one."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many were answered."""
        return len(self.latencies)

    @property
    def p50(self) -> float:
        """Milliseconds."""
        return quantiles(self.latencies, n=100)[49] * 1000

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return quantiles(self.latencies, n=100)[98] * 1000


async def load(
    port: int,
    requests: Sequence[bytes],
    statuses: Collection[bytes],
    connections: int,
    seconds: float = PATIENCE,
) -> Load:
    """Each connection sends its next request once it was answered, until all are sent or so many
    seconds are over. Raises AssertionError for an answer of another status."""
    loop = asyncio.get_running_loop()
    found, waiting = Load(), _until(time.perf_counter() + seconds, requests)
    opened = [
        await loop.create_connection(lambda: Client(waiting, statuses, found), "127.0.0.1", port)
        for _ in range(min(connections, len(requests)))
    ]
    started = time.perf_counter()
    for _, client in opened:
        client.send()
    try:
        async with asyncio.timeout(seconds + PATIENCE):
            await asyncio.gather(*(client.done for _, client in opened))
    finally:
        for transport, _ in opened:
            transport.close()
    found.seconds = time.perf_counter() - started
    return found


def _until(ends: float, requests: Sequence[bytes]) -> Iterator[bytes]:
    for request in requests:
        if time.perf_counter() > ends:
            return
        yield request


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, waiting: Iterator[bytes], statuses: Collection[bytes], found: Load) -> None:
        self.waiting, self.statuses, self.found = waiting, statuses, found
        self.done = asyncio.get_running_loop().create_future()
        self.began = 0.0
        self.data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def send(self) -> None:
        request = next(self.waiting, None)
        if request is None:
            self._end(None)
            return
        self.began = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.data += data
        head = self.data.find(b"\r\n\r\n") + 4
        if head < 4:
            return
        _, _, length = self.data[:head].lower().partition(b"\r\ncontent-length:")
        if len(self.data) < head + int(length.partition(b"\r\n")[0]):
            return
        self.found.latencies.append(time.perf_counter() - self.began)
        answer, self.data = self.data, b""
        if answer[9:12] in self.statuses:
            self.send()
        else:
            self._end(AssertionError(answer.decode(errors="replace")))

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(AssertionError(f"the connection broke: {exc}"))

    def _end(self, error: AssertionError | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)
