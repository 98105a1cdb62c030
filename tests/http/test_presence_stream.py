"""Streams of who is there, over real connections, as ``serve`` runs them."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, NamedTuple, cast

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from dependency_injector import providers

from adapters.system import epoch
from application.shown_meetings import ShownMeetings
from application.watch_presence import WatchPresence
from application.watched import Watched
from domain.caller import Caller
from domain.errors import StorageUnavailableError
from domain.meeting import MeetingId
from domain.ports.who_is_there import ReferralMeetings
from domain.referral import ReferralId
from domain.who_is_there import WhoIsThere
from entrypoints.app import create_app
from entrypoints.container import Container
from entrypoints.http.limits import Limits
from entrypoints.http.server import listening
from entrypoints.http.streams import STREAMS
from entrypoints.settings import Settings
from tests.application.conftest import Clock, FaultyAttendance
from tests.builders import a_referral
from tests.identity import PORTAL_KEY, a_token, asking
from tests.waiting import PATIENCE

STREAM = "/api/referrals/enc-1001/presence/stream"
PRESENCE = "/api/referrals/enc-1001/presence"
ORIGIN = "https://app.example"
OFTEN = 0.01


class Event(NamedTuple):
    """One server-sent event."""

    id: str | None
    name: str
    data: Any


class Stream:
    """Reads events as the standard says."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def block(self) -> list[str]:
        """The lines up to an empty one; none at the end."""
        lines: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while line := (await self.answer.content.readline()).decode().rstrip("\r\n"):
                lines.append(line)
        return lines

    async def event(self) -> Event:
        while block := await self.block():
            fields = dict(line.split(": ", 1) for line in block)
            if "data" in fields:
                named = fields.get("event", "message")
                return Event(fields.get("id"), named, json.loads(fields["data"]))
        raise AssertionError("the stream ended")

    async def rest(self) -> str:
        async with asyncio.timeout(PATIENCE):
            return (await self.answer.content.read()).decode()


Open = Callable[..., Awaitable[Stream]]


class Served(NamedTuple):
    """A running service and a client of it."""

    app: web.Application
    client: aiohttp.ClientSession
    open: Open
    address: tuple[str, int]


Serving = Callable[..., Awaitable[Served]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={**asking(), "cors_origins": frozenset({ORIGIN})})


@pytest.fixture
def clock() -> Clock:
    return Clock(epoch())


@pytest.fixture
def attendance() -> FaultyAttendance:
    stored = FaultyAttendance()
    stored.put(a_referral("enc-1001"))
    return stored


@pytest.fixture
def container(container: Container, clock: Clock, attendance: FaultyAttendance) -> Container:
    """Whoever watches is asked about often."""
    container.clock.override(providers.Object(clock))
    container.monotonic.override(providers.Object(clock))
    container.attendance.override(providers.Object(attendance))
    watched = providers.Singleton(Watched, source=container.shown_meetings, every=OFTEN)
    container.watch_presence.override(
        providers.Singleton(
            WatchPresence, rights=container.rights, watched=watched, now=clock, asked_each=OFTEN
        )
    )
    return container


@pytest.fixture
async def serving(container: Container) -> AsyncIterator[Serving]:
    """The service within other limits; it stops first when the test ends."""
    async with AsyncExitStack() as clients, AsyncExitStack() as servers:

        async def start(limits: Limits | None = None) -> Served:
            app = create_app(container, limits or Limits())
            server = await servers.enter_async_context(
                listening(app, "127.0.0.1", 0, grace=PATIENCE)
            )
            host, port = server.sockets[0].getsockname()
            connector = aiohttp.TCPConnector(limit=0)
            client = await clients.enter_async_context(
                aiohttp.ClientSession(f"http://{host}:{port}", connector=connector)
            )

            async def open_stream(credential: str | None = None, **headers: str) -> Stream:
                given = {name.replace("_", "-"): value for name, value in headers.items()}
                answer = await client.get(STREAM, headers=bearer(credential) | given)
                clients.callback(answer.close)
                return Stream(answer)

            return Served(app, client, open_stream, (host, port))

        yield start


def bearer(credential: str | None = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential or a_token()}"}


async def start_meeting(served: Served) -> str:
    body = {"titleMeet": "enc-1001"}
    answer = await served.client.post("/api/dyte/meeting", json=body, headers=bearer())
    return str((await answer.json())["data"]["id"])


async def until_there_are(served: Served, count: int) -> None:
    """So many streams, as the service has noticed."""
    async with asyncio.timeout(PATIENCE):
        while len(served.app[STREAMS]) != count:  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0)


async def test_a_stream_has_the_document_of_the_get_first_and_again_at_each_change(
    serving: Serving,
) -> None:
    served = await serving()
    stream = await served.open()
    first = await stream.event()
    meeting = await start_meeting(served)
    second = await stream.event()
    answer = await served.client.get(PRESENCE, headers=bearer())

    assert first.data["data"]["meetings"] == []
    assert [one["meetingId"] for one in second.data["data"]["meetings"]] == [meeting]
    assert (f'"{second.id}"', second.data) == (answer.headers["ETag"], await answer.json())
    assert (first.name, second.name) == ("message", "message")


async def test_the_head_of_a_stream_keeps_everybody_from_storing_or_buffering_it(
    serving: Serving,
) -> None:
    answer = (await (await serving()).open(Origin=ORIGIN)).answer

    told = {name: answer.headers[name] for name in ("Cache-Control", "X-Accel-Buffering", "Vary")}
    assert (answer.status, answer.content_type) == (200, "text/event-stream")
    assert told == {
        "Cache-Control": "no-store, no-transform",
        "X-Accel-Buffering": "no",
        "Vary": "Origin",
    }
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["X-Request-ID"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_who_has_the_document_already_is_spared_the_first(serving: Serving) -> None:
    served = await serving()
    known = (await (await served.open()).event()).id

    stale = await (await served.open(Last_Event_ID="other")).event()
    stream = await served.open(Last_Event_ID=known)
    said = await stream.block()
    meeting = await start_meeting(served)
    event = await stream.event()

    assert stale.id == known
    assert said == ["retry: 2000"]
    assert [one["meetingId"] for one in event.data["data"]["meetings"]] == [meeting]


async def test_a_comment_comes_again_and_again_while_nothing_changes(serving: Serving) -> None:
    stream = await (await serving(Limits(comment=OFTEN))).open()
    await stream.event()

    assert [await stream.block() for _ in range(3)] == [[": ping"]] * 3


async def test_streams_end_first_when_the_service_stops_and_say_when_to_come_back(
    container: Container,
) -> None:
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as client:
        async with listening(create_app(container), "127.0.0.1", 0, grace=PATIENCE) as server:
            url = "http://{}:{}".format(*server.sockets[0].getsockname())
            streams = [
                Stream(await client.get(url + STREAM, headers=bearer(PORTAL_KEY))) for _ in range(9)
            ]
            for stream in streams:
                await stream.event()
            stopped = loop.time()
        assert loop.time() - stopped < PATIENCE / 2
        assert [await stream.rest() for stream in streams] == ["retry: 2000\r\n\r\n"] * 9


async def test_a_client_that_reads_nothing_is_cut_off_and_holds_up_nobody(
    serving: Serving, container: Container
) -> None:
    """Its buffers are full: the documents are many, and long."""
    served = await serving(Limits(write=OFTEN, comment=OFTEN / 10))
    loop = asyncio.get_running_loop()
    silent = socket.socket()
    silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    silent.setblocking(False)
    with silent:
        await loop.sock_connect(silent, served.address)
        head = f"GET {STREAM} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {a_token()}\r\n\r\n"
        await loop.sock_sendall(silent, head.encode())
        await until_there_are(served, 1)
        number = 0
        async with asyncio.timeout(PATIENCE):
            while len(served.app[STREAMS]):
                number += 1
                title = ReferralId("enc-1001")
                await container.meetings().add(MeetingId(f"{number:0255}"), title, now=number)


async def test_a_client_that_leaves_is_noticed_at_once(serving: Serving) -> None:
    served = await serving()
    for _ in range(20):  # many more than a doctor may have at once
        stream = await served.open()
        assert stream.answer.status == 200
        stream.answer.close()
        await until_there_are(served, 0)


async def test_a_doctor_may_have_six_streams_and_a_service_more(serving: Serving) -> None:
    served = await serving()
    streams = [await served.open() for _ in range(6)]
    refused = await served.open()
    colleague = await served.open(a_token("dr-bruno"))
    services = [await served.open(PORTAL_KEY) for _ in range(8)]

    assert refused.answer.status == 429
    assert refused.answer.headers["Retry-After"] == "5"
    assert {one.answer.status for one in (*streams, colleague, *services)} == {200}


async def test_more_streams_than_there_may_be_are_asked_to_wait(serving: Serving) -> None:
    served = await serving(Limits(streams=2))
    for _ in range(2):
        assert (await served.open(PORTAL_KEY)).answer.status == 200

    answer = (await served.open(PORTAL_KEY)).answer

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert (await answer.json())["type"].endswith(":streams-full")


async def test_streams_take_no_connection_from_requests(serving: Serving) -> None:
    served = await serving(Limits(connections=2))
    for _ in range(5):
        assert (await served.open(PORTAL_KEY)).answer.status == 200

    for _ in range(2):
        assert (await served.client.get("/health/live")).status == 200


async def test_a_stream_ends_when_its_token_expires(serving: Serving, clock: Clock) -> None:
    served = await serving()
    token = a_token(at=clock())
    stream = await served.open(token)
    await stream.event()
    clock.pass_by(3600 + 60)  # by which the identity provider's clock may be late

    event = await stream.event()

    assert (event.name, event.data["status"]) == ("problem", 401)
    assert await stream.rest() == ""
    assert (await served.open(token)).answer.status == 401


async def test_a_stream_ends_when_the_right_to_it_is_gone_and_that_is_recorded(
    serving: Serving, attendance: FaultyAttendance, clock: Clock
) -> None:
    stream = await (await serving()).open()
    await stream.event()
    with structlog.testing.capture_logs() as logs:
        attendance.put(a_referral("enc-1001", requester="dr-caio"))
        clock.pass_by(60)

        event = await stream.event()

        assert await stream.rest() == ""
    assert (event.name, event.data["type"].rpartition(":")[2]) == ("problem", "forbidden")
    assert "audit.access_refused" in {line["event"] for line in logs}


async def test_a_stream_over_a_database_that_goes_away_ends_and_the_next_finds_it_again(
    serving: Serving, container: Container
) -> None:
    served = await serving()
    stream = await served.open()
    known = (await stream.event()).id
    meetings = container.shown_meetings()
    container.watch_presence().watched.source = ShownMeetings(AwayMeetings())

    event = await stream.event()
    refused = await served.open(Last_Event_ID=known)
    container.watch_presence().watched.source = meetings
    again = await served.open()

    assert (event.name, event.data["status"]) == ("problem", 503)
    assert event.data["type"].endswith(":storage-unavailable")
    assert await stream.rest() == ""
    assert refused.answer.status == 503
    assert (await again.event()).id == known


class AwayMeetings:
    """A database that cannot be used."""

    async def versions(self, _referrals: object) -> dict[ReferralId, tuple[int, ...]]:
        raise StorageUnavailableError("gone")

    async def newest(self, _referral: object, _limit: int) -> list[Any]:
        raise StorageUnavailableError("gone")


async def test_a_bug_ends_a_stream_with_a_problem_and_no_words_of_its_own(
    serving: Serving, container: Container
) -> None:
    served = await serving()
    stream = await served.open()
    await stream.event()
    container.watch_presence().watched.source = ShownMeetings(cast("ReferralMeetings", None))

    event = await stream.event()

    assert (event.name, event.data["status"]) == ("problem", 500)
    assert event.data["instance"] == stream.answer.headers["X-Request-ID"]


async def test_a_stream_is_one_line_in_the_log_when_it_ends(serving: Serving) -> None:
    served = await serving()
    with structlog.testing.capture_logs() as logs:
        stream = await served.open()
        await stream.event()
        assert logs == []
        stream.answer.close()
        await until_there_are(served, 0)
        await asyncio.sleep(0)

    (line,) = logs
    assert (line["event"], line["status"], line["route"]) == (
        "request",
        200,
        "/api/referrals/{referralId}/presence/stream",
    )


@pytest.mark.parametrize(
    ("path", "credential", "status"),
    [
        (STREAM, a_token("dr-caio"), 403),
        ("/api/referrals/enc-9/presence/stream", a_token(), 403),
        ("/api/referrals/enc-9/presence/stream", PORTAL_KEY, 404),
        ("/api/referrals/%00/presence/stream", PORTAL_KEY, 422),
        (STREAM, "garbage", 401),
    ],
)
async def test_who_may_not_watch_gets_a_problem_and_no_stream(
    serving: Serving, path: str, credential: str, status: int
) -> None:
    served = await serving()

    answer = await served.client.get(path, headers=bearer(credential))

    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert len(served.app[STREAMS]) == 0


async def test_a_stream_over_http_1_0_ends_with_its_connection(serving: Serving) -> None:
    served = await serving()
    reader, writer = await asyncio.open_connection(*served.address)
    writer.write(f"GET {STREAM} HTTP/1.0\r\nAuthorization: Bearer {a_token()}\r\n\r\n".encode())

    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        said = await reader.readuntil(b"}\r\n\r\n")
    writer.close()

    assert b" 200 OK\r\n" in head
    assert b"keep-alive" not in head.lower()
    assert b"chunked" not in head.lower()
    assert said.startswith(b"retry: 2000\r\n\r\nid: ")
    await until_there_are(served, 0)


@pytest.mark.parametrize("known", [False, True], ids=["nobody was told", "it is known"])
async def test_a_client_that_hangs_up_as_its_stream_begins_is_no_crash(
    container: Container, caplog: pytest.LogCaptureFixture, *, known: bool
) -> None:
    begun: list[web.Request] = []

    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        begun.append(request)
        return await handler(request)

    async def watch(_caller: Caller, referral: ReferralId) -> AsyncIterator[WhoIsThere]:
        """The connection is lost."""
        assert begun[0].transport is not None
        begun[0].transport.abort()
        while known and begun[0].transport is not None:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0)
        yield WhoIsThere(referral, referral_known=True, meetings=())

    container.watch_presence.override(providers.Object(watch))
    app = create_app(container, Limits())
    app.middlewares.append(note)
    with structlog.testing.capture_logs() as logs:
        async with listening(app, "127.0.0.1", 0, grace=PATIENCE) as server:
            host, port = server.sockets[0].getsockname()
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(f"GET {STREAM} HTTP/1.1\r\nHost: a\r\n".encode())
            writer.write(f"Authorization: {bearer()['Authorization']}\r\n\r\n".encode())
            async with asyncio.timeout(PATIENCE):
                with contextlib.suppress(ConnectionError):
                    assert await reader.read() == b""
            writer.close()

    assert begun
    assert "request.crashed" not in [line["event"] for line in logs]
    assert not caplog.records
