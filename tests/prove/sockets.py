"""Clients that say exactly what they like, over connections of their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HEALTH = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
PATIENCE = 20.0
WAITING = 0.5

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def healthy(connection: Connection) -> bool:
    """Whether the service says so on a connection that is there, and goes on with it."""
    reader, writer = connection
    writer.write(HEALTH)
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readuntil(b"}")
    return b" 200 " in head.partition(b"\r\n")[0]


async def status(port: int, request: bytes) -> int:
    """Of the answer; 0 when there is none. A service that goes on waiting for the rest of a request
    hears that nothing more comes."""
    try:
        async with connected(port) as (reader, writer), asyncio.timeout(PATIENCE):
            writer.write(request)
            answer = asyncio.ensure_future(reader.readline())
            if not (await asyncio.wait([answer], timeout=WAITING))[0]:
                writer.write_eof()
            line = await answer
    except OSError:
        return 0
    return int(line.split()[1]) if line.startswith(b"HTTP/") else 0


async def drip(port: int, begun: bytes) -> tuple[float, bytes]:
    """Seconds until the service closed, and all it said, while a byte a second was sent."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    async with connected(port) as (reader, writer):
        writer.write(begun)
        said = asyncio.create_task(reader.read())
        while not said.done() and loop.time() < started + 60:
            writer.write(b" ")
            await asyncio.wait([said], timeout=1)
        async with asyncio.timeout(PATIENCE):
            return loop.time() - started, await said


async def crowd(port: int, limit: int) -> int:
    """Half-open connections up to the limit, and more that ask. Who was there and asks now and then
    is served all the time, and each new one at once; the number of half-open ones that gave way."""
    half_open: list[Connection] = []
    async with connected(port) as there:
        while len(half_open) < limit - 1:
            if len(half_open) % 50 == 0:
                assert await healthy(there)  # so those before were let in
            half_open.append(await asyncio.open_connection("127.0.0.1", port))
            half_open[-1][1].write(b"GET /")
        late = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
        for newcomer in late:
            assert await healthy(newcomer)
        for reader, _ in half_open[: len(late)]:
            async with asyncio.timeout(PATIENCE):
                assert await reader.read() == b""
        assert await healthy(there)
        for _, writer in (*half_open, *late):
            writer.close()
    return len(late)
