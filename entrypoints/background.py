"""What goes on beside the requests: the worker, the sweep, pruning, news for operators, and audit
lines."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from application.prune import Prune, Pruned
from application.watch_webhook import WatchWebhook
from domain.errors import DomainError, StorageUnavailableError
from domain.installation import TWIN
from domain.webhook_registration import RegistrationState
from entrypoints.container import Container

GRACE = 8.0
HOUR = 3600.0
MINUTE = 60.0
AUDIT = 5.0
NEWS = 1.0
SILENCE = 5.0
IDLE = 1.0
ASKING = 4
"""Meetings that the provider is asked about at once."""

log = structlog.get_logger()


@asynccontextmanager
async def background(container: Container) -> AsyncIterator[None]:
    """All run while open; at the end work in hand gets ``GRACE`` seconds, and the audit lines that
    the command line left are written."""
    work, write_audit, settings = container.work(), container.write_audit(), container.settings()
    working = asyncio.create_task(work.run())
    beside = [
        asyncio.create_task(_every(HOUR, "prune", _pruning(container.prune()))),
        asyncio.create_task(_every(MINUTE, "far_dues", _far_dues(container))),
        asyncio.create_task(_every(AUDIT, "write_audit", write_audit)),
        asyncio.create_task(_every(container.between_secrets(), "secrets", _secrets(container))),
        asyncio.create_task(_every(NEWS, "partner_news", container.partner_news())),
    ]
    if settings.webhook_url and container.webhook_registry() is not None:
        looking = _looking(container.watch_webhook(), container.metrics().webhook_unregistered.set)
        every = container.between_looks()
        beside.append(asyncio.create_task(_every(every, "watch_webhook", looking)))
    elif settings.webhook_url and settings.video_provider != TWIN:
        log.warning("webhook.not_watched", provider=settings.video_provider)
    if settings.sweep:
        swept = container.metrics().swept
        listing = _sweep(container.sweep_live_list(), swept["list"].inc)
        asking = (_sweep(container.sweep_meeting(), swept["meeting"].inc) for _ in range(ASKING))
        news = _every(SILENCE, "sweep_news", container.sweep_news().look)
        beside += [asyncio.create_task(one) for one in (listing, *asking, news)]
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        work.stop_claiming()
        await working
        await work.stop(GRACE)
        await asyncio.gather(*beside, return_exceptions=True)
        await _attempt("write_audit", write_audit)


async def _sweep(sweep: Callable[[], Awaitable[bool]], count: Callable[[], None]) -> None:
    """One meeting, or list, after the other, at the pace that all sweeps have together."""
    while True:
        try:
            found = await sweep()
        except StorageUnavailableError:
            found = False  # storage says so itself, once
        except DomainError as error:
            log.warning("sweep.failed", slug=error.slug)
            found = False
        except Exception:
            log.exception("sweep.crashed")
            found = False
        if found:
            count()
        else:
            await asyncio.sleep(IDLE)


def _pruning(prune: Prune) -> Callable[[], Awaitable[None]]:
    async def pruned() -> None:
        if (pruned := await prune()) != Pruned():
            log.info("storage.pruned", bodies=pruned.bodies, meetings=pruned.meetings)

    return pruned


def _looking(
    watch: WatchWebhook, unregistered: Callable[[float], None]
) -> Callable[[], Awaitable[None]]:
    async def look() -> None:
        state = await watch()
        unregistered(not watch.registered)
        if state is RegistrationState.REGISTERED:
            log.info("webhook.registered")
        elif state is not None:
            log.error("webhook.unregistered", why=state.value)

    return look


def _far_dues(container: Container) -> Callable[[], Awaitable[None]]:
    far_dues, now = container.far_dues(), container.stored_now()

    async def bring_near() -> None:
        if found := await far_dues.bring_near(now()):
            log.warning("storage.far_dues", brought_to_now=found)

    return bring_near


def _secrets(container: Container) -> Callable[[], Awaitable[None]]:
    tickets, pseudonyms = container.ticket_secrets(), container.pseudonym_secrets()

    async def look() -> None:
        await tickets.look()
        await pseudonyms.look()

    return look


async def _every(seconds: float, name: str, act: Callable[[], Awaitable[None]]) -> None:
    while True:
        await _attempt(name, act)
        await asyncio.sleep(seconds)


async def _attempt(name: str, act: Callable[[], Awaitable[None]]) -> None:
    """A failure is logged, and the next attempt may succeed."""
    try:
        await act()
    except StorageUnavailableError:
        return  # storage says so itself, once
    except DomainError as error:
        log.warning(f"{name}.failed", slug=error.slug)
    except Exception:
        log.exception(f"{name}.crashed")
