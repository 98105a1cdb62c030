"""Open what the container needs ready: a session for each partner, the store, and the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from adapters.sandbox.world import SandboxWorld
from adapters.storage.installation import StoredInstallation
from adapters.storage.secrets import StoredSecrets
from adapters.system import new_id, new_secret, utc_now
from entrypoints.adapters_behind_ports import open_store
from entrypoints.container import Container
from entrypoints.settings import Settings


@asynccontextmanager
async def open_resources(container: Container) -> AsyncIterator[None]:
    """While open, everything in the container can be resolved; closed in reverse order.

    Raises ForeignStorageError when the database is another installation's.
    """
    async with open_partners(container), open_storage(container, create=True):
        await StoredInstallation(container.store()).take(container.settings().installation)
        async with open_secrets(container):
            yield


@asynccontextmanager
async def open_partners(container: Container) -> AsyncIterator[None]:
    """The sessions to the partners, the sandbox twins, and the partners' adapters.

    Raises AdapterError when an adapter cannot be made.
    """
    settings = container.settings()
    async with AsyncExitStack() as stack:
        for session in (
            container.video_session,
            container.attendance_session,
            container.identity_session,
        ):
            opened = await stack.enter_async_context(_partner_session(settings))
            stack.enter_context(session.override(opened))
        world = await stack.enter_async_context(SandboxWorld.open(utc_now, new_id, over_http=False))
        world.register(f"http://{settings.host}:{settings.port}/api/dyte/webhook")
        stack.enter_context(container.sandbox.override(world))
        container.video_adapter()
        container.attendance_adapter()
        yield


@asynccontextmanager
async def open_storage(container: Container, *, create: bool) -> AsyncIterator[None]:
    """The database. ``create`` makes it and brings its schema up where need be. Raises
    StorageUnavailableError, StorageUnfitError."""
    url = container.settings().database_url.get_secret_value()
    store = await open_store(url, create=create)
    with container.store.override(store):
        try:
            yield
        finally:
            await store.close()


@asynccontextmanager
async def open_secrets(container: Container) -> AsyncIterator[None]:
    """The installation's secrets, made when there are none yet; needs storage."""
    secrets = StoredSecrets(container.store())
    tickets, pseudonyms = await asyncio.gather(
        secrets.secret("leave-tickets", new_secret()), secrets.secret("pseudonyms", new_secret())
    )
    with (
        container.ticket_secret.override(tickets),
        container.pseudonym_secret.override(pseudonyms),
    ):
        yield


def _partner_session(settings: Settings) -> aiohttp.ClientSession:
    """Time-outs are for a whole call; cookies are nobody's business here."""
    timeout = aiohttp.ClientTimeout(
        total=settings.partner_timeout, connect=settings.partner_connect_timeout
    )
    return aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
