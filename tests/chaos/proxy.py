"""A fault proxy: TCP between the service and a partner or the database.

It tells requests of HTTP/1.1 apart (one at a time on a connection, as our client sends them), gives
each a number that the partner sees, and notes when it was asked, answered and given up. So the
checker knows which outcomes the service cannot know.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum

from tests.chaos.history import History

NUMBER, INSTANCE = "X-Chaos", "X-Instance"
BY = re.compile(rf"{INSTANCE}: (\d+)\r\n".encode(), re.IGNORECASE)
REQUEST = re.compile(rb"^(GET|POST|PATCH|DELETE|PUT) (\S+) HTTP/1\.1\r\n")
SLOW_BYTE = 0.02  # seconds
LANDING = 2.0
"""Seconds in which a late request that was given up is dealt with at the partner."""


class Fault(Enum):
    """What happens to a request on its way there, or to its answer on the way back."""

    NONE = "none"
    LATE = "late request"
    LATE_ANSWER = "late answer"
    RESET = "reset before it gets there"
    RESET_ANSWER = "reset instead of the answer"
    CUT = "half an answer"
    HOLE = "swallowed"
    HOLE_ANSWER = "answer swallowed"
    SLOW = "slow bytes"
    DOWN = "connections reset"


NO_LATENCY = (0.0, 0.0)


@dataclass(frozen=True)
class Weather:
    """What a proxy does to requests now: ``faults`` in turn by chance, to a ``share`` of them."""

    faults: tuple[Fault, ...] = ()
    share: float = 0.0
    latency: tuple[float, float] = NO_LATENCY
    """Seconds, from the least to the most, of what is late; of every answer of a database."""


NO_FAULT = Weather()


@dataclass
class Exchange:
    """One connection, and the request that is under way on it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    upstream: asyncio.StreamWriter
    call: int | None = None
    by: int = 0
    writes: bool = False
    fault: Fault = Fault.NONE
    answering: bool = False


@dataclass
class Proxy:
    """``name`` says which partner it leads to. ``http`` is False for a database, whose connections
    can only be cut. Instances have one address of each partner, and say in a header who they are.
    """

    history: History
    chance: random.Random
    name: str
    target: tuple[str, int]
    http: bool = True
    weather: Weather = NO_FAULT
    port: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _in_hand: dict[int, Exchange] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def in_hand(self, instance: int) -> int:
        """How much of what the instance changes there is under way."""
        return sum(one.writes and one.by == instance for one in self._in_hand.values())

    def cut(self) -> None:
        """Every connection that is open now."""
        for writer in [*self._open]:
            writer.transport.abort()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        try:
            if Fault.DOWN in self.weather.faults:
                writer.transport.abort()
                return
            back, upstream = await asyncio.open_connection(*self.target)
            self._open.add(upstream)
            one = Exchange(reader, writer, upstream)
            there = asyncio.create_task(self._there(one))
            again = asyncio.create_task(self._back(one, back))
            await asyncio.wait({there, again}, return_when=asyncio.FIRST_COMPLETED)
            if one.fault is Fault.LATE:
                await asyncio.wait({again}, timeout=LANDING)
            for part in (there, again):
                part.cancel()
            await asyncio.gather(there, again, return_exceptions=True)
            self._given_up(one)
            upstream.transport.abort()
            self._open.discard(upstream)
        except OSError:
            pass
        finally:
            writer.transport.abort()
            self._open.discard(writer)
            self._tasks.discard(task)

    async def stop(self) -> None:
        self.cut()
        for task in [*self._tasks]:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _there(self, one: Exchange) -> None:
        """Ends when the service closes, or when the request's fault says so."""
        while data := await one.reader.read(65536):
            if self.http and (found := REQUEST.match(data)):
                data = self._begun(one, found, data)
                if one.fault is Fault.RESET:
                    return
                if one.fault is Fault.LATE:
                    await self._late(one)
            if one.fault is not Fault.HOLE:
                one.upstream.write(data)
                await one.upstream.drain()

    def _begun(self, one: Exchange, found: re.Match[bytes], data: bytes) -> bytes:
        one.call, one.answering = self.history.number(), False
        one.fault = self._chosen()
        one.by = int(by[1]) if (by := BY.search(data)) else 0
        one.writes = found[1] != b"GET"
        self._in_hand[one.call] = one
        self.history.add(
            "asked",
            call=one.call,
            of=self.name,
            by=one.by,
            what=f"{found[1].decode()} {found[2].decode()}",
            fault=one.fault.value,
        )
        head = f"{NUMBER}: {one.call}\r\n".encode()
        return data[: found.end()] + head + data[found.end() :]

    async def _back(self, one: Exchange, back: asyncio.StreamReader) -> None:
        while data := await back.read(65536):
            first = one.call is not None and not one.answering
            one.answering = True
            if not self.http and self.weather.latency != NO_LATENCY:
                await asyncio.sleep(self._latency())
            if one.fault is Fault.HOLE_ANSWER:
                continue
            if first and one.fault is Fault.RESET_ANSWER:
                return
            if first and one.fault is Fault.LATE_ANSWER:
                await asyncio.sleep(self._latency())
            if first and one.fault is Fault.CUT:
                one.writer.write(data[: max(1, len(data) // 2)])
                await one.writer.drain()
                return
            await self._written(one, data)
            if first:
                self._returned(one, data)

    async def _written(self, one: Exchange, data: bytes) -> None:
        if one.fault is not Fault.SLOW:
            one.writer.write(data)
            await one.writer.drain()
            return
        for place in range(len(data)):
            one.writer.write(data[place : place + 1])
            await one.writer.drain()
            await asyncio.sleep(SLOW_BYTE)

    def _returned(self, one: Exchange, data: bytes) -> None:
        if one.call is None:
            return
        self.history.add("returned", call=one.call, status=int(data[9:12]))
        self._in_hand.pop(one.call, None)
        one.call, one.fault = None, Fault.NONE

    def _given_up(self, one: Exchange) -> None:
        """The service closed the connection before its answer, or the fault broke it."""
        if one.call is not None:
            self.history.add("abandoned", call=one.call)
            self._in_hand.pop(one.call, None)
            one.call = None

    async def _late(self, one: Exchange) -> None:
        """What was given up while it was late may still get there: it is on its way. The service is
        seen to give up by the end of what it sends."""
        waiting = asyncio.create_task(asyncio.sleep(self._latency()))
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=0.02)
            if one.reader.at_eof() and one.call is not None:
                self._given_up(one)

    def _chosen(self) -> Fault:
        weather = self.weather
        faults = [fault for fault in weather.faults if fault is not Fault.DOWN]
        if not faults or self.chance.random() >= weather.share:
            return Fault.NONE
        return self.chance.choice(faults)

    def _latency(self) -> float:
        return self.chance.uniform(*self.weather.latency)


@asynccontextmanager
async def serving(proxy: Proxy) -> AsyncIterator[Proxy]:
    """The proxy while it listens on a port of its own."""
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.stop()
