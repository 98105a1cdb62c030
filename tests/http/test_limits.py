"""The server's own limits, over real sockets: time, sizes, connections, encodings."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from entrypoints.app import create_app
from entrypoints.container import Container
from entrypoints.http.limits import Limits
from entrypoints.http.server import listening
from tests.conftest import Client
from tests.http.test_errors import CALLS

PATIENCE = 10.0
MOMENT = 0.05
HEALTH = b"GET /health/live HTTP/1.1\r\nHost: service.example\r\n"
POST = b"POST /api/dyte/meeting HTTP/1.1\r\nHost: service.example\r\nContent-Length: 9\r\n\r\n"
EXPECTING = (
    b"POST /api/dyte/meeting HTTP/1.1\r\nHost: service.example\r\nContent-Length: 2\r\n"
    b"Expect: 100-continue\r\n"
)
"""Answered by 100 once it is in hand; then its body is waited for."""

Connect = Callable[[], Awaitable["Caller"]]
Listen = Callable[[Limits], Awaitable[Connect]]


class Caller:
    """A client that says what it likes, when it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, sent: bytes) -> None:
        self.writer.write(sent)
        await self.writer.drain()

    async def answer(self) -> tuple[int, str]:
        """The status and the body of the next answer."""
        async with asyncio.timeout(PATIENCE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
            return int(head.split()[1]), (await self.reader.readexactly(length)).decode()

    async def rest(self) -> bytes:
        """All that still comes until the service closes."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


@pytest.fixture
async def listen(container: Container) -> AsyncIterator[Listen]:
    """The service as ``serve`` runs it, within other limits."""
    async with AsyncExitStack() as stack:

        async def start(limits: Limits) -> Connect:
            app = create_app(container, limits)
            server = await stack.enter_async_context(listening(app, "127.0.0.1", 0, grace=0.1))
            host, port = server.sockets[0].getsockname()

            async def connect() -> Caller:
                caller = Caller(*await asyncio.open_connection(host, port))
                stack.callback(caller.writer.close)
                return caller

            return connect

        yield start


async def test_a_connection_that_never_asks_is_closed(listen: Listen) -> None:
    connect = await listen(Limits(head=MOMENT))
    silent, slow = await connect(), await connect()

    await slow.send(HEALTH)

    assert await silent.rest() == b""
    assert await slow.rest() == b""


async def test_a_second_head_that_never_ends_is_cut_off_by_the_keep_alive_time(
    listen: Listen,
) -> None:
    caller = await (await listen(Limits(keep_alive=MOMENT)))()
    await caller.send(HEALTH + b"\r\n")
    assert (await caller.answer())[0] == 200

    await caller.send(HEALTH)

    assert await caller.rest() == b""


async def test_who_has_asked_once_may_be_silent_for_longer(listen: Listen) -> None:
    connect = await listen(Limits(head=MOMENT))
    first = await connect()
    await first.send(HEALTH + b"\r\n")
    assert (await first.answer())[0] == 200

    assert await (await connect()).rest() == b""  # the time for a head is over, for both

    await first.send(HEALTH + b"\r\n")
    assert (await first.answer())[0] == 200


async def test_a_body_that_never_ends_is_a_408_and_the_connection_is_closed(
    listen: Listen,
) -> None:
    caller = await (await listen(Limits(body=MOMENT, linger=MOMENT)))()

    await caller.send(POST + b"{")

    status, body = await caller.answer()
    assert (status, "request-timeout" in body) == (408, True)
    assert await caller.rest() == b""


async def test_while_all_have_a_request_in_hand_one_too_many_is_closed_and_they_live(
    listen: Listen,
) -> None:
    connect = await listen(Limits(connections=3))
    there = [await connect() for _ in range(3)]
    for caller in there:
        await caller.send(EXPECTING + b"\r\n")
        assert await caller.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"

    for _ in range(5):
        assert await (await connect()).rest() == b""
    for caller in there:
        await caller.send(b"{}")
        assert (await caller.answer())[0] == 422
    newcomer = await connect()
    await newcomer.send(HEALTH + b"\r\n")
    assert (await newcomer.answer())[0] == 200


async def test_the_connection_that_was_idle_for_longest_gives_way_to_a_new_one(
    listen: Listen,
) -> None:
    connect = await listen(Limits(connections=3))
    busy, first, second = [await connect() for _ in range(3)]
    for caller in (busy, second, first):
        await caller.send(HEALTH + b"\r\n")
        assert (await caller.answer())[0] == 200
    await busy.send(EXPECTING + b"\r\n")
    await busy.reader.readuntil(b"\r\n\r\n")

    for gives_way in (second, first):
        newcomer = await connect()
        await newcomer.send(HEALTH + b"\r\n")
        assert (await newcomer.answer())[0] == 200
        assert await gives_way.rest() == b""

    await busy.send(b"{}")
    assert (await busy.answer())[0] == 422


@pytest.mark.parametrize("begun", [b"", HEALTH], ids=["nothing", "half a head"])
async def test_who_has_not_sent_the_whole_head_of_a_request_is_idle(
    listen: Listen, begun: bytes
) -> None:
    connect = await listen(Limits(connections=2))
    silent, live = await connect(), await connect()
    await live.send(HEALTH + b"\r\n")
    assert (await live.answer())[0] == 200
    await silent.send(begun)

    newcomer = await connect()
    await newcomer.send(HEALTH + b"\r\n")

    assert (await newcomer.answer())[0] == 200
    assert await silent.rest() == b""
    await live.send(HEALTH + b"\r\n")
    assert (await live.answer())[0] == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        HEALTH + b"X: " + b"x" * 9000 + b"\r\n\r\n",
        HEALTH + b"X: x\r\n" * 70 + b"\r\n",
        HEALTH + b"X: canary\0\r\n\r\n",
        b"\x16\x03\x01 canary\r\n\r\n",
    ],
)
async def test_what_is_beyond_the_limits_or_no_http_is_a_problem_without_their_words(
    listen: Listen, sent: bytes
) -> None:
    caller = await (await listen(Limits()))()

    await caller.send(sent)

    status, body = await caller.answer()
    assert (status, "bad-request" in body) == (400, True)
    assert "canary" not in body
    assert await caller.rest() == b""


@pytest.mark.parametrize("path", ["/api/dyte/meeting", "/nowhere"])
async def test_an_unknown_expectation_is_refused_and_not_repeated(
    listen: Listen, path: str
) -> None:
    caller = await (await listen(Limits()))()

    await caller.send(f"POST {path} HTTP/1.1\r\nHost: a\r\nExpect: canary\r\n\r\n".encode())

    status, body = await caller.answer()
    assert (status, "bad-request" in body, "canary" in body) == (400, True, False)


ENCODED = {
    "gzip": gzip.compress(b"{}"),
    "deflate": zlib.compress(b"{}"),
    "br": b"\x0b\x00\x80{}\x03",
    "x-gzip": gzip.compress(b"{}"),
    "identity, GZIP": gzip.compress(b"{}"),
    "gzip, gzip": gzip.compress(gzip.compress(b"{}")),
}


@pytest.mark.parametrize("path", [path for path, _ in CALLS])
@pytest.mark.parametrize("encoding", ENCODED)
async def test_an_encoded_body_is_refused_on_every_route(
    listen: Listen, path: str, encoding: str
) -> None:
    caller = await (await listen(Limits()))()
    body = ENCODED[encoding]
    head = f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"

    await caller.send(f"POST {path} HTTP/1.1\r\nHost: a\r\n{head}".encode() + body)

    status, answer = await caller.answer()
    assert (status, "unsupported-encoding" in answer) == (415, True)


async def test_an_encoding_that_encodes_nothing_is_no_encoding(client: Client) -> None:
    answer = await client.post(
        "/api/dyte/meeting", data=b'{"titleMeet":"a"}', headers={"Content-Encoding": "identity"}
    )

    assert answer.status == 201


async def test_a_refusal_of_an_encoding_is_documented(client: Client) -> None:
    answer = await client.post("/api/dyte/meeting", data=b"", headers={"Content-Encoding": "gzip"})

    assert answer.status == 415
