"""Two instances on one port behind a real nginx, one of which is stopped under load."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import asyncpg

from tests.e2e.processes import Running, free_port, running
from tests.nginx import NAME, NOT_THERE, nginx, programs
from tests.prove.service import READY

OPEN = "/api/dyte/meeting"
REFERRAL = "enc-1001"
REPORTED = f"/attendance-service/referrals/{REFERRAL}/meetings/{{meeting}}/user"
STREAM = f"/api/referrals/{REFERRAL}/presence/stream"
DOCTOR = "dra-ana"
EACH = 0.2
"""Seconds from one request of a client to its next: five a second."""
PATIENCE = 20.0
WAIT = aiohttp.ClientTimeout(total=PATIENCE)
FOR_EVER = aiohttp.ClientTimeout(total=None)


@dataclass(slots=True)
class BehindNginx:
    """``sent`` are POSTs that open a meeting; ``failed`` says what came in place of a 201;
    ``stored`` are the meetings in the database. ``moved`` is how often a stream ended and was
    opened again, ``away`` for how many seconds at most, ``told`` how many told of the last change.
    ``seconds`` is how long the load went on.
    """

    a_second: int
    drain: float
    seconds: float = 0.0
    sent: int = 0
    failed: list[str] = field(default_factory=list)
    stored: int = 0
    slowest: float = 0.0
    stops: int = 0
    streams: int = 0
    moved: int = 0
    away: float = 0.0
    told: int = 0

    def __str__(self) -> str:
        return (
            f"{self.sent / self.seconds:.0f} POSTs a second to two instances behind nginx, of "
            f"which one was stopped, {self.stops} times: {len(self.failed)} failed of {self.sent}, "
            f"{self.stored} stored, the slowest {self.slowest:.2f} s; {self.moved} times a stream "
            f"went on at the other, within {self.away:.1f} s, and {self.told} of {self.streams} "
            "told of the last change"
        )


async def behind_nginx(
    database: str, a_second: int, drain: float, *, stops: int, streams: int
) -> BehindNginx | str:
    """So many POSTs a second, by clients that keep their connections to nginx, and streams that are
    opened again when they end, as browsers do. The instance that was stopped is started again
    before the next stop, which is the other's."""
    if not programs():
        return NOT_THERE
    figures = BehindNginx(a_second, drain, streams=streams)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        port, shared = free_port(), free_port()
        await stack.enter_async_context(nginx(folder, port=port, upstream=shared))
        pair = [await _instance(stack, database, shared, drain) for _ in range(2)]
        browsers = _Browsers(folder, port)
        load = _Load(figures, browsers)
        async with _watching(figures, browsers) as watch, load.going_on():
            for number in range(stops):
                await watch.all_told()
                await pair[number % 2].stop()
                figures.stops += 1
                await watch.all_told()
                if number + 1 < stops:
                    pair[number % 2] = await _instance(stack, database, shared, drain)
    figures.stored = await _stored(database)
    return figures


async def _instance(stack: AsyncExitStack, database: str, port: int, drain: float) -> Running:
    env = {
        "PORT": str(port),
        "REUSE_PORT": "true",
        "DATABASE_URL": database,
        "DRAIN_SECONDS": str(drain),
        "PUBLIC_HOSTS": NAME,
        "TRUSTED_PROXIES": "127.0.0.1",
        "SERVICE_CALLS_PER_MINUTE": "1000000",
        "LOG_LEVEL": "error",
    }
    return await stack.enter_async_context(running("serve", until=READY, **env))


async def _stored(database: str) -> int:
    connection = await asyncpg.connect(database)
    count: int = await connection.fetchval("SELECT count(*) FROM meetings")
    await connection.close()
    return count


class _Browsers:
    """They reach nginx over TLS, by the service's public name."""

    def __init__(self, folder: Path, port: int) -> None:
        self._tls = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
        self._url = f"https://127.0.0.1:{port}"

    @asynccontextmanager
    async def one(self, limit: aiohttp.ClientTimeout) -> AsyncIterator[aiohttp.ClientSession]:
        """With one connection, which it keeps."""
        connector = aiohttp.TCPConnector(limit=1, ssl=self._tls)
        async with aiohttp.ClientSession(
            self._url, timeout=limit, connector=connector, headers={"Host": NAME}
        ) as browser:
            yield browser


class _Load:
    def __init__(self, figures: BehindNginx, browsers: _Browsers) -> None:
        self._figures = figures
        self._browsers = browsers
        self._over = False

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        count, loop = round(self._figures.a_second * EACH), asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(self._go_on(EACH * number / count))
            try:
                yield
            finally:
                self._over = True
                self._figures.seconds = loop.time() - began

    async def _go_on(self, first: float) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + first
        async with self._browsers.one(WAIT) as browser:
            while not self._over:
                await asyncio.sleep(due - loop.time())
                await self._send(browser)
                due += EACH

    async def _send(self, browser: aiohttp.ClientSession) -> None:
        loop, figures = asyncio.get_running_loop(), self._figures
        began = loop.time()
        figures.sent += 1
        try:
            async with browser.post(
                OPEN, json={"titleMeet": "enc-1002"}, server_hostname=NAME
            ) as answer:
                await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            figures.failed.append(type(error).__name__)
            return
        figures.slowest = max(figures.slowest, loop.time() - began)
        if answer.status != 201:
            figures.failed.append(str(answer.status))


@asynccontextmanager
async def _watching(figures: BehindNginx, browsers: _Browsers) -> AsyncIterator["_Watch"]:
    async with browsers.one(WAIT) as reporter, asyncio.TaskGroup() as group:
        watch = _Watch(figures, browsers, reporter)
        await watch.open()
        tasks = [group.create_task(watch.go_on(number)) for number in range(figures.streams)]
        yield watch
        for task in tasks:
            task.cancel()


class _Watch:
    """Streams of one referral's presence, and who reports there."""

    def __init__(
        self, figures: BehindNginx, browsers: _Browsers, reporter: aiohttp.ClientSession
    ) -> None:
        self._figures = figures
        self._browsers = browsers
        self._reporter = reporter
        self._path = ""
        self._inside = False
        self._shown: list[bool | None] = [None] * figures.streams
        self._news = asyncio.Condition()

    async def open(self) -> None:
        self._figures.sent += 1
        async with self._reporter.post(
            OPEN, json={"titleMeet": REFERRAL}, server_hostname=NAME
        ) as answer:
            meeting = (await answer.json())["data"]["id"]
        self._path = REPORTED.format(meeting=meeting)

    async def all_told(self) -> None:
        """Report a change, and wait until every stream has told of it."""
        self._inside = not self._inside
        body = {"inMeeting": self._inside, "userId": DOCTOR}
        async with self._reporter.post(self._path, json=body, server_hostname=NAME) as answer:
            assert answer.status in {200, 202}, answer.status
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: set(self._shown) == {self._inside})
        self._figures.told = self._shown.count(self._inside)

    async def go_on(self, number: int) -> None:
        """Opened again when it ends, after the seconds that it told."""
        loop, ended = asyncio.get_running_loop(), None
        async with self._browsers.one(FOR_EVER) as browser:
            while True:
                async with browser.get(STREAM, server_hostname=NAME) as stream:
                    if stream.status != 200:
                        self._figures.failed.append(f"stream {stream.status}")
                    if ended is not None:
                        self._figures.moved += 1
                        self._figures.away = max(self._figures.away, loop.time() - ended)
                    retry = await self._follow(number, stream)
                ended = loop.time()
                await asyncio.sleep(retry)

    async def _follow(self, number: int, stream: aiohttp.ClientResponse) -> float:
        """Until it ends; the seconds after which it wants to be opened again."""
        retry = 0.0
        async for line in stream.content:
            if line.startswith(b"retry:"):
                retry = int(line.removeprefix(b"retry:")) / 1000
            if line.startswith(b"data:") and b'"inMeeting":' in line:
                async with self._news:
                    self._shown[number] = b'"inMeeting":true' in line
                    self._news.notify_all()
        return retry
