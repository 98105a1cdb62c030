"""What goes on beside the requests: the worker, and forgetting old bodies."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from application.prune_bodies import PruneBodies
from application.work import Work
from domain.errors import DomainError

GRACE = 8.0
HOUR = 3600.0

log = structlog.get_logger()


@asynccontextmanager
async def background(work: Work, prune: PruneBodies) -> AsyncIterator[None]:
    """Both run while open; at the end work in hand gets ``GRACE`` seconds."""
    working = asyncio.create_task(work.run())
    pruning = asyncio.create_task(_prune_hourly(prune))
    try:
        yield
    finally:
        pruning.cancel()
        work.stop_claiming()
        await working
        await work.stop(GRACE)
        with contextlib.suppress(asyncio.CancelledError):
            await pruning


async def _prune_hourly(prune: PruneBodies) -> None:
    while True:
        try:
            if dropped := await prune():
                log.info("bodies.pruned", count=dropped)
        except DomainError as error:
            log.warning("bodies.not_pruned", slug=error.slug)
        except Exception:
            log.exception("bodies.not_pruned")
        await asyncio.sleep(HOUR)
