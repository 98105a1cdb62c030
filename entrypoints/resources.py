"""Open what the container needs ready: an HTTP session for each partner, and the sandbox."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from adapters.sandbox.world import SandboxWorld
from adapters.system import new_id, utc_now
from entrypoints.container import Container
from entrypoints.settings import Settings


@asynccontextmanager
async def open_resources(container: Container) -> AsyncIterator[None]:
    """While open, everything in the container can be resolved; closed in reverse order."""
    settings = container.settings()
    async with AsyncExitStack() as stack:
        for session in (container.video_session, container.attendance_session):
            opened = await stack.enter_async_context(_partner_session(settings))
            stack.enter_context(session.override(opened))
        world = await stack.enter_async_context(SandboxWorld.open(utc_now, new_id, over_http=False))
        world.register(f"http://{settings.host}:{settings.port}/api/dyte/webhook")
        stack.enter_context(container.sandbox.override(world))
        yield


def _partner_session(settings: Settings) -> aiohttp.ClientSession:
    """Time-outs are for a whole call; cookies are nobody's business here."""
    timeout = aiohttp.ClientTimeout(
        total=settings.partner_timeout, connect=settings.partner_connect_timeout
    )
    return aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
