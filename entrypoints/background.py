"""Background tasks: the worker, the sweep, and the hourly deletion of old data."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from application.prune import Prune, Pruned
from application.sweep_meeting import SweepMeeting
from domain.errors import DomainError
from entrypoints.container import Container

GRACE = 8.0  # seconds
HOUR = 3600.0  # seconds
IDLE = 1.0  # seconds

log = structlog.get_logger()


@asynccontextmanager
async def background(container: Container) -> AsyncIterator[None]:
    """Run the background tasks while open. On exit, work in hand gets ``GRACE`` seconds."""
    work, settings = container.work(), container.settings()
    working = asyncio.create_task(work.run())
    beside = [asyncio.create_task(_prune_hourly(container.prune()))]
    if settings.sweep:
        beside.append(asyncio.create_task(_sweep(container.sweep_meeting())))
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        work.stop_claiming()
        await working
        await work.stop(GRACE)
        await asyncio.gather(*beside, return_exceptions=True)


async def _sweep(sweep: SweepMeeting) -> None:
    """Sweep one meeting after another; the use case keeps to its own rate."""
    while True:
        try:
            found = await sweep()
        except DomainError as error:
            log.warning("sweep.failed", slug=error.slug)
            found = False
        except Exception:
            log.exception("sweep.crashed")
            found = False
        if not found:
            await asyncio.sleep(IDLE)


async def _prune_hourly(prune: Prune) -> None:
    while True:
        try:
            if (pruned := await prune()) != Pruned():
                log.info("storage.pruned", bodies=pruned.bodies, meetings=pruned.meetings)
        except DomainError as error:
            log.warning("storage.not_pruned", slug=error.slug)
        except Exception:
            log.exception("storage.not_pruned")
        await asyncio.sleep(HOUR)
