"""Ends that no message tells, over real HTTP: of a thousand calls at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.provider.profile import REALTIMEKIT
from adapters.sandbox.faults import FaultPlan, WebhookFaults
from adapters.sandbox.world import SandboxWorld
from adapters.system import new_id, utc_now
from domain.meeting import MeetingId, PersonId
from entrypoints.sandbox import provider
from tests.builders import a_guest
from tests.e2e.processes import free_port, running
from tests.live_calls import A_CALL, most_in_a_minute
from tests.prove.partner import Mark, attendance
from tests.prove.service import READY, environment

A_TENTH = REALTIMEKIT.calls_per_minute / 10
"""Calls a minute; of the two providers' published rates it is the lower one."""
AT_ONCE = 25
LIMIT = 300.0


@dataclass(frozen=True, slots=True)
class LostEnds:
    """How many flags were true before and after the ends that nobody told, how long that took, and
    the most calls to the provider in any minute meanwhile."""

    shown_before: int
    shown_after: int
    seconds: float
    a_minute: int

    def __str__(self) -> str:
        told = f"{self.shown_before // 2} lost ends: right {self.seconds:.1f} s later"
        return f"{told}, at most {self.a_minute} calls a minute"


@dataclass
class Scene:
    """The service runs; ``calls`` are the times of its calls to the provider."""

    world: SandboxWorld
    marks: dict[Mark, bool]
    wait: float
    calls: list[float] = field(default_factory=list)

    @web.middleware
    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every answer of the provider takes that long."""
        self.calls.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.wait)
        return await handler(request)


async def lost_ends(database: str, count: int) -> LostEnds:
    """So many calls end at once, at a provider that takes 0.4 s for each answer, within a tenth of
    its published rate."""
    async with _scene(database, A_CALL, SWEEP_CALLS_PER_SECOND=str(A_TENTH / 60)) as scene:
        return await _healed(scene, count)


@asynccontextmanager
async def _scene(database: str, wait: float, **settings: str) -> AsyncIterator[Scene]:
    port = free_port()
    async with attendance() as partner, SandboxWorld.open(utc_now, new_id) as world:
        world.register(f"http://127.0.0.1:{port}/api/dyte/webhook")
        scene = Scene(world, partner.marks, wait)
        app = provider.create_provider_app(world)
        app.middlewares.append(scene.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        env = {
            **environment(partner, database, port),
            "VIDEO_PROVIDER": "dyte",
            "DYTE_BASE_URL": f"http://127.0.0.1:{runner.addresses[0][1]}{provider.DYTE_PATH}",
            "DYTE_TOKEN": provider.DYTE_TOKEN,
            "WEBHOOK_PUBLIC_KEY": world.key.public_pem,
            **settings,
        }
        async with running("serve", until=READY, **env):
            yield scene
        await runner.cleanup()


async def _healed(scene: Scene, count: int) -> LostEnds:
    world, marks, loop = scene.world, scene.marks, asyncio.get_running_loop()
    meetings = []
    for number in range(count):
        meetings.append(await _joined(world, f"enc-{number}"))
        if number % AT_ONCE == 0:
            await world.webhooks.settle()
    await _until(marks, 2 * count, shown=True)
    before = sum(marks.values())
    world.faults.follow(FaultPlan(webhooks=WebhookFaults(drop=1)))
    for meeting in meetings:
        world.calls.everyone_leaves(meeting)
    started = loop.time()
    await _until(marks, 2 * count, shown=False)
    since = [at for at in scene.calls if at >= started]
    took = loop.time() - started
    return LostEnds(before, sum(marks.values()), took, most_in_a_minute(since))


async def _joined(world: SandboxWorld, referral: str) -> MeetingId:
    """Both doctors of that referral are in."""
    meeting = (await world.rooms.open(referral)).id
    for doctor in (PersonId(f"dra-{referral}"), PersonId(f"dr-{referral}")):
        await world.rooms.admit(a_guest(doctor), meeting)
        world.calls.join(meeting, doctor)
    return meeting


async def _until(marks: dict[Mark, bool], count: int, *, shown: bool) -> None:
    async with asyncio.timeout(LIMIT):
        while list(marks.values()) != [shown] * count:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
