"""A stop, over real sockets: whoever sent before its end is answered, and nobody holds it up."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import NamedTuple

import pytest
from aiohttp import web
from dependency_injector import providers

from entrypoints.app import create_app
from entrypoints.container import Container
from entrypoints.http.server import listening
from entrypoints.http.stopping import drain
from entrypoints.settings import Settings
from tests.http.test_hanging_up import SlowAttendance, a_beacon, told
from tests.http.test_limits import EXPECTING, HEALTH, Caller
from tests.waiting import PATIENCE, until

ALIVE = b'{"status":"ok"}'
READY = HEALTH.replace(b"live", b"ready")
UNKNOWN = HEALTH.replace(b"/health/live", b"/nothing")
STREAM = HEALTH.replace(b"/health/live", b"/api/referrals/enc-1001/presence/stream")


class Served(NamedTuple):
    """``stack`` stops the service when it is closed."""

    app: web.Application
    stack: AsyncExitStack
    clients: AsyncExitStack
    port: int
    attendance: SlowAttendance

    async def connect(self) -> Caller:
        caller = Caller(*await asyncio.open_connection("127.0.0.1", self.port))
        self.clients.callback(caller.writer.close)
        return caller


@pytest.fixture
def container(settings: Settings) -> Container:
    """The origin of the pages that send beacons is configured."""
    origins = {"cors_origins": frozenset({"https://app.example"})}
    return Container(settings=settings.model_copy(update=origins))


@pytest.fixture
async def served(container: Container) -> AsyncIterator[Served]:
    attendance = SlowAttendance()
    container.attendance.override(providers.Object(attendance))
    async with AsyncExitStack() as clients, AsyncExitStack() as stack:
        app = create_app(container)
        server = await stack.enter_async_context(listening(app, "127.0.0.1", 0, grace=PATIENCE))
        port = server.sockets[0].getsockname()[1]
        yield Served(app, stack, clients, port, attendance)


async def head(caller: Caller) -> str:
    async with asyncio.timeout(PATIENCE):
        return (await caller.reader.readuntil(b"\r\n\r\n")).decode().lower()


async def test_while_it_drains_it_is_unready_and_every_answer_ends_its_connection(
    served: Served,
) -> None:
    kept, probe, lost, stream = [await served.connect() for _ in range(4)]
    await kept.send(HEALTH + b"\r\n")
    assert "connection:" not in await head(kept)
    assert await kept.reader.readexactly(len(ALIVE)) == ALIVE

    await drain(served.app, 0)

    for caller, sent, status in (
        (kept, HEALTH, "200"),
        (probe, READY, "503"),
        (lost, UNKNOWN, "404"),
        (stream, STREAM, "200"),
    ):
        await caller.send(sent + b"\r\n")
        answered = await head(caller)
        assert answered.split()[1] == status
        assert "\r\nconnection: close\r\n" in answered
    assert await kept.rest() == ALIVE
    assert b"stopping" in await probe.rest()
    await served.stack.aclose()
    assert (await stream.rest()).count(b"retry: 2000") == 2


async def test_a_stop_closes_who_is_idle_and_waits_for_whoever_still_sends_a_body(
    served: Served,
) -> None:
    idle, sending = await served.connect(), await served.connect()
    await idle.send(HEALTH + b"\r\n")
    assert (await idle.answer())[0] == 200
    await sending.send(EXPECTING + b"\r\n")
    assert "100 continue" in await head(sending)

    stopping = asyncio.create_task(served.stack.aclose())
    assert await idle.rest() == b""
    await sending.send(b"{}")

    assert (await sending.answer())[0] == 422
    assert await sending.rest() == b""
    await stopping


async def test_who_connected_before_the_stop_is_served_though_nobody_had_taken_the_connection(
    served: Served,
) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as caller:
        caller.sendall(HEALTH + b"\r\n")
        await served.stack.aclose()

        assert caller.recv(65536).startswith(b"HTTP/1.1 200 ")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", served.port))


async def test_a_stop_waits_for_a_leave_whose_page_is_closed_already(served: Served) -> None:
    closing_page = await served.connect()
    await closing_page.send(a_beacon())
    await until(served.attendance.asked)
    closing_page.writer.close()

    stopping = asyncio.create_task(served.stack.aclose())
    served.attendance.may_go_on.set()

    assert await told(served.attendance) == ("dra-ana", False)
    await stopping
