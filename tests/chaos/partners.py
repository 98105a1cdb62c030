"""The sandbox's provider and attendance service in this process, so that their truth is at hand.

Whatever has an effect there is noted, with the number that the fault proxy gave the request.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from adapters.sandbox.attendance import SandboxAttendance
from adapters.sandbox.world import SandboxWorld
from adapters.system import new_id, utc_now
from domain.presence import Seat
from entrypoints.sandbox import provider_json
from entrypoints.sandbox.attendance import create_attendance_app
from entrypoints.sandbox.provider import create_provider_app
from tests.chaos.history import History
from tests.chaos.proxy import NUMBER

SELDOM = 15.0
"""Seconds in which the provider says a wrong thing about a meeting once at most."""
CALL: ContextVar[int] = ContextVar("call", default=0)


@dataclass
class Failing:
    """What a partner answers instead of doing anything; None while it is well."""

    status: int | None = None
    retry_after: str | None = None


@dataclass
class Lies:
    """Meetings about which the provider says that nothing goes on in them; never twice in a row."""

    tell: int = 0
    """How many faults of this kind are on."""
    told: dict[str, float] = field(default_factory=dict)

    def about(self, meeting: str, now: float) -> bool:
        if not self.tell or now < self.told.get(meeting, -SELDOM) + SELDOM:
            return False
        self.told[meeting] = now
        return True


@dataclass
class Partners:
    """``ports`` and ``failing`` by name: ``provider``, ``attendance``."""

    world: SandboxWorld
    ports: dict[str, int]
    failing: dict[str, Failing]
    lies: Lies


@asynccontextmanager
async def partners(history: History) -> AsyncIterator[Partners]:
    async with SandboxWorld.open(utc_now, new_id) as world:
        world.attendance = NotingAttendance(history=history)
        lies = Lies()
        failing = {"provider": Failing(), "attendance": Failing()}
        apps = {
            "provider": create_provider_app(world),
            "attendance": create_attendance_app(world),
        }
        runners, ports = [], {}
        for name, app in apps.items():
            app.middlewares.insert(0, _noting(history, failing[name], lies))
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            runners.append(runner)
            ports[name] = runner.addresses[0][1]
        try:
            yield Partners(world, ports, failing, lies)
        finally:
            for runner in runners:
                await runner.cleanup()


@dataclass
class NotingAttendance(SandboxAttendance):
    """Notes each update as it takes effect, so the history has effects in their order."""

    history: History | None = None

    async def set_in_meeting(self, seat: Seat, *, in_meeting: bool) -> None:
        await super().set_in_meeting(seat, in_meeting=in_meeting)
        assert self.history is not None
        told = [seat.referral, seat.meeting, seat.person]
        self.history.add("shown", call=CALL.get(), seat=told, value=in_meeting)


def _noting(history: History, failing: Failing, lies: Lies) -> Middleware:
    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        if failing.status is not None:
            headers = {"Retry-After": failing.retry_after} if failing.retry_after else {}
            return web.Response(status=failing.status, headers=headers)
        if request.path.endswith("/active-session") and request.method == "GET":
            meeting = request.path.split("/")[-2]
            if lies.about(meeting, history.time):
                history.add("lie", meeting=meeting)
                return provider_json.failure(404, "No active session found")
        CALL.set(int(request.headers.get(NUMBER, 0)))
        answer = await handler(request)
        if request.method != "GET" and answer.status < 300:
            _note(history, request, answer)
        return answer

    return note


def _note(history: History, request: web.Request, answer: web.StreamResponse) -> None:
    """A meeting that was opened or closed."""
    match (request.method, *request.path.strip("/").split("/")):
        case ("POST", _, "meetings"):
            assert isinstance(answer, web.Response)
            assert isinstance(answer.body, bytes)
            opened = orjson.loads(answer.body)["data"]
            title = opened["title"]
            history.add("opened", call=CALL.get(), meeting=opened["id"], title=title)
        case ("PATCH", _, "meetings", meeting):
            history.add("inactive", call=CALL.get(), meeting=meeting)
