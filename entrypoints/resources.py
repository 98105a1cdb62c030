"""Open what the container needs: an HTTP session per partner, the storage, the sandbox."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import ClientMiddlewareType

from adapters.carry_trace import CarryTrace
from adapters.egress import EgressProxy
from adapters.kept_secrets import PSEUDONYMS, TICKETS, KeptSecrets
from adapters.measured import MeasuredStore
from adapters.system import new_id, new_secret, utc_now
from adapters.via import via
from entrypoints.container import Container
from entrypoints.database import open_store
from entrypoints.settings import Settings
from entrypoints.traces import exported_spans

if TYPE_CHECKING:
    from adapters.sandbox.world import SandboxWorld


@asynccontextmanager
async def open_resources(container: Container) -> AsyncIterator[None]:
    """While open, everything in the container can be resolved; closed in reverse order.

    Raises ForeignStorageError when the database is another installation's, AdapterError when an
    adapter cannot be made.
    """
    async with open_spans(container), open_storage(container, create=True):
        await container.installation().take(container.settings().installation)
        async with (
            open_secrets(container),
            open_partners(container, container.loop_mark()),
        ):
            yield


@asynccontextmanager
async def open_partners(container: Container, mark: str | None = None) -> AsyncIterator[None]:
    """The sessions to the partners, the sandbox twins, and the partners' adapters.

    ``mark`` goes with everything that is sent, so that this installation notices when it is calling
    itself. Raises AdapterError when an adapter cannot be made.
    """
    settings = container.settings()
    async with AsyncExitStack() as stack:
        for session in (
            container.video_session,
            container.attendance_session,
            container.identity_session,
        ):
            opened = await stack.enter_async_context(_partner_session(settings, mark))
            stack.enter_context(session.override(opened))
        if settings.with_sandbox:
            world = await stack.enter_async_context(_sandbox(settings))
            stack.enter_context(container.sandbox.override(world))
        container.video_adapter()
        container.attendance_adapter()
        yield


@asynccontextmanager
async def _sandbox(settings: Settings) -> AsyncIterator["SandboxWorld"]:
    """The twins, whose webhooks come to this service."""
    from adapters.sandbox.world import SandboxWorld  # noqa: PLC0415 - takes 1 MB

    async with SandboxWorld.open(utc_now, new_id, settings.partner_timeout) as world:
        url = f"http://{settings.host}:{settings.port}/api/dyte/webhook"
        world.register(url, min(settings.public_hosts, default=None))
        yield world


@asynccontextmanager
async def open_spans(container: Container) -> AsyncIterator[None]:
    """Record spans from now on, if they are exported. Raises AdapterError."""
    async with exported_spans(os.environ, container.storage_kind()) as spans:
        with container.spans.override(spans):
            yield


@asynccontextmanager
async def open_storage(container: Container, *, create: bool) -> AsyncIterator[None]:
    """The database. ``create`` makes it and brings its schema up where need be. Raises
    StorageUnavailableError, StorageUnfitError."""
    url = container.settings().database_url.get_secret_value()
    wall, steady = container.clock(), container.since_boot()
    store = await open_store(url, create=create, wall=wall, steady=steady)
    with container.store.override(MeasuredStore(store, container.metrics(), container.spans())):
        try:
            yield
        finally:
            await store.close()


@asynccontextmanager
async def open_secrets(container: Container) -> AsyncIterator[None]:
    """The installation's secrets, created on first use; needs storage."""
    stored, now = container.secrets(), container.stored_now()
    tickets, pseudonyms = (
        KeptSecrets(partial(stored.secrets, name, new_secret()), now)
        for name in (TICKETS, PSEUDONYMS)
    )
    await asyncio.gather(tickets.look(), pseudonyms.look())
    with (
        container.ticket_secrets.override(tickets),
        container.pseudonym_secrets.override(pseudonyms),
    ):
        yield


def _partner_session(settings: Settings, mark: str | None) -> aiohttp.ClientSession:
    """Time-outs (seconds) are for a whole call and for connecting. Cookies are ignored, and so is
    the environment (``trust_env``), which would also send what a ``.netrc`` holds."""
    timeout = aiohttp.ClientTimeout(
        total=settings.partner_timeout, connect=settings.partner_connect_timeout
    )
    middlewares: list[ClientMiddlewareType] = [CarryTrace()]
    if proxy := settings.egress_proxy:
        middlewares.append(EgressProxy(proxy.get_secret_value(), settings.egress_no_proxy))
    return aiohttp.ClientSession(
        timeout=timeout,
        headers={} if mark is None else {"Via": via(mark)},
        cookie_jar=aiohttp.DummyCookieJar(),
        middlewares=middlewares,
    )
