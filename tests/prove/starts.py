"""Starting twice opens one meeting: at once, at two instances, and across a kill."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.sandbox.world import SandboxWorld
from adapters.storage.transaction import Transaction
from adapters.system import new_id, utc_now
from entrypoints.database import open_store
from entrypoints.sandbox.provider import DYTE_PATH, DYTE_TOKEN, create_provider_app
from tests.e2e.processes import Running, free_port, running
from tests.prove.service import PATIENCE, READY
from tests.rsa_keys import key
from tests.waiting import until

SLOWLY = 0.3
LEASE = 30.0


@dataclass
class Provider:
    """The fake provider; with ``holding`` it opens meetings and answers none."""

    world: SandboxWorld
    url: str = ""
    holding: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def opened(self) -> list[str]:
        return list(self.world.rooms.rooms)

    @web.middleware
    async def behave(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """What is asked is done; the answer takes a while, so that calls meet."""
        response = await handler(request)
        if request.method == "POST":
            self.reached.set()
            await asyncio.sleep(3600 if self.holding else SLOWLY)
        return response


@dataclass(frozen=True, slots=True)
class Starts:
    """How many calls there were at once, how many got a meeting, and how many were opened."""

    how: str
    calls: int
    answered: int
    opened: int

    def __str__(self) -> str:
        return (
            f"{self.calls} parallel starts {self.how}: {self.answered} answered with a meeting, "
            f"{self.opened} opened"
        )


@dataclass(frozen=True, slots=True)
class KilledStart:
    """The status of a call before the lease was over, those after it, and the meetings opened."""

    early: int
    late: tuple[int, ...]
    opened: int

    def __str__(self) -> str:
        return (
            f"killed between the provider's answer and ours: after the lease still {self.opened} "
            "meeting"
        )


async def one_key(database: str, calls: int) -> Starts:
    async with _provider() as provider, _serving(provider, database) as url:
        answers = await _starts([url], calls, "k-1")
        status, meeting = (await _starts([url], 1, "k-1"))[0]
        assert {told for told, _ in answers} <= {201, 409}, answers
        assert {opened for told, opened in answers if told == 201} == {meeting}
        assert (status, provider.opened) == (201, [meeting])
    answered = sum(told == 201 for told, _ in answers)
    return Starts("with one key", len(answers), answered, len(provider.opened))


async def one_referral(database: str, calls: int) -> Starts:
    async with (
        _provider() as provider,
        _serving(provider, database, ONE_MEETING_PER_REFERRAL="true") as first,
        _serving(provider, database, ONE_MEETING_PER_REFERRAL="true") as second,
    ):
        answers = await _starts([first, second], calls)
        assert {status for status, _ in answers} == {201}, answers
        assert [*{opened for _, opened in answers}] == provider.opened
    how = "of one referral at two instances"
    return Starts(how, len(answers), sum(told == 201 for told, _ in answers), len(provider.opened))


async def killed_start(
    database: str, *, wait: bool, later: Mapping[str, str] | None = None
) -> KilledStart:
    """Unless told to wait, the lease is ended by hand in the database. ``later`` is the environment
    of the service that comes after the killed one."""
    async with _provider() as provider:
        provider.holding = True
        async with _running(provider, database) as (url, service):
            call = asyncio.create_task(_starts([url], 1, "k-1"))
            await until(provider.reached)
            await service.kill()
            await asyncio.gather(call, return_exceptions=True)
        provider.holding = False
        async with _serving(provider, database, **(later or {})) as url:
            early = (await _starts([url], 1, "k-1"))[0]
            assert early == (409, ""), early
            await (asyncio.sleep(LEASE) if wait else _end_leases(database))
            answers = [(await _starts([url], 1, "k-1"))[0] for _ in range(2)]
            assert answers == [(201, provider.opened[0])] * 2, answers
        assert len(provider.opened) == 1
    return KilledStart(early[0], tuple(status for status, _ in answers), len(provider.opened))


async def _starts(urls: list[str], calls: int, name: str = "") -> list[tuple[int, str]]:
    """The status and the meeting of each, all at once, in turn at each URL."""
    headers = {"Idempotency-Key": f'"{name}"'} if name else {}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=PATIENCE, connector=connector) as client:

        async def one(url: str) -> tuple[int, str]:
            body = {"titleMeet": "enc-1"}
            async with client.post(f"{url}/api/dyte/meeting", json=body, headers=headers) as answer:
                document = await answer.json(content_type=None)
                return answer.status, document.get("data", {}).get("id", "")

        return await asyncio.gather(*(one(urls[n % len(urls)]) for n in range(calls)))


def _ended() -> Transaction[None]:
    yield "UPDATE idempotency_records SET due = 0 WHERE answer IS NULL", ()


async def _end_leases(database: str) -> None:
    store = await open_store(database)
    await store.run(_ended())
    await store.close()


@asynccontextmanager
async def _provider() -> AsyncIterator[Provider]:
    async with SandboxWorld.open(utc_now, new_id) as world:
        provider = Provider(world)
        app = create_provider_app(world)
        app.middlewares.append(provider.behave)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}{DYTE_PATH}"
        try:
            yield provider
        finally:
            await runner.cleanup()


@asynccontextmanager
async def _serving(provider: Provider, database: str, **env: str) -> AsyncIterator[str]:
    async with _running(provider, database, **env) as (url, _):
        yield url


@asynccontextmanager
async def _running(
    provider: Provider, database: str, **env: str
) -> AsyncIterator[tuple[str, Running]]:
    """The URL of a service over that provider, and its process."""
    settings = {
        "PORT": str(free_port()),
        "DATABASE_URL": database,
        "VIDEO_PROVIDER": "dyte",
        "DYTE_BASE_URL": provider.url,
        "DYTE_TOKEN": DYTE_TOKEN,
        "WEBHOOK_PUBLIC_KEY": key("ours").public_pem,
        "AUTH": "none",
        "ALLOW_INSECURE": "no-auth",
        "LOG_LEVEL": "error",
        **env,
    }
    async with running("serve", until=READY, **settings) as service:
        yield f"http://127.0.0.1:{settings['PORT']}", service
