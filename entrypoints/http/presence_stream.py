"""A stream of server-sent events: who is in a referral's meetings, again at each change."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from functools import partial

import structlog
from aiohttp import web
from aiohttp_sse import EventSourceResponse

from domain.errors import DomainError, ForbiddenError
from domain.who_is_there import WhoIsThere
from entrypoints.http.access.caller import CALLER
from entrypoints.http.access.refusals import record_refusal
from entrypoints.http.app_keys import WATCH_PRESENCE
from entrypoints.http.connection import Connection
from entrypoints.http.limits import LIMITS
from entrypoints.http.problems import Problem, problem_of
from entrypoints.http.streams import STREAMS, end
from entrypoints.http.who_is_there import ReferralPath, Written, written

PROBLEM = "problem"
"""The event that ends a stream. ``error`` is what browsers call a lost connection."""
RETRY = b"retry: 2000\r\n\r\n"
"""Milliseconds until a client that lost its stream comes back."""
LAST_WORD = 1.0
"""Seconds to tell a client that the stream ends, when the service stops."""

log = structlog.get_logger()


async def stream_presence(request: web.Request) -> web.StreamResponse:
    """Whatever goes wrong before the first event is an answer like any other."""
    referral, caller = ReferralPath.of(request), request[CALLER]
    with request.app[STREAMS].place(caller) as over, _ended_when_lost(request, over):
        async with aclosing(request.app[WATCH_PRESENCE](caller, referral)) as presence:
            first = written(await anext(presence))
            response = _response(request)
            if request.transport is None:
                return response  # the client is gone
            try:
                await response.prepare(request)
            except ConnectionError:
                return response  # it is going
            async with response:
                await _tell_until(over, _tell(request, response, first, presence))
                if request.app[STREAMS].stopping:
                    await _say_retry(request, response)
            return response


@contextmanager
def _ended_when_lost(request: web.Request, over: asyncio.Future[None]) -> Iterator[None]:
    """Else a stream whose client is gone would only be noticed by the next write."""
    connection = request.protocol
    if not isinstance(connection, Connection):
        yield  # aiohttp's own, which cancels its handlers
        return
    connection.on_lost = partial(end, over)
    try:
        yield
    finally:
        connection.on_lost = None


def _response(request: web.Request) -> EventSourceResponse:
    limits = request.app[LIMITS]
    response = EventSourceResponse(send_timeout=limits.write, ping_interval=limits.comment)
    response.headers["Cache-Control"] = "no-store, no-transform"
    del response.headers["Connection"]  # aiohttp knows better: not with HTTP/1.0
    return response


async def _tell_until(over: asyncio.Future[None], telling: Coroutine[None, None, None]) -> None:
    task = asyncio.create_task(telling)
    try:
        await asyncio.wait({task, over}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _tell(
    request: web.Request,
    response: EventSourceResponse,
    first: Written,
    presence: AsyncIterator[WhoIsThere],
) -> None:
    try:
        await response.write(RETRY)
        if response.last_event_id != first.tag:
            await response.send(first.text, id=first.tag)
        async for who in presence:
            document = written(who)
            await response.send(document.text, id=document.tag)
    except (ConnectionError, TimeoutError):
        return  # it is gone, or reads nothing; aiohttp-sse has cut it off
    except DomainError as error:
        await _end(request, response, problem_of(error), error)
    except Exception:
        log.exception("stream.crashed")
        await _end(request, response, Problem("internal-error"))


async def _end(
    request: web.Request,
    response: EventSourceResponse,
    problem: Problem,
    error: DomainError | None = None,
) -> None:
    if isinstance(error, ForbiddenError):
        await record_refusal(request, error)
    if problem.status >= 500:
        log.warning("stream.failed", slug=problem.slug)
    document = problem.document().model_dump_json(exclude_defaults=True)
    try:
        await response.send(document, event=PROBLEM)
    except (ConnectionError, TimeoutError):
        return


async def _say_retry(request: web.Request, response: EventSourceResponse) -> None:
    """A client that does not read holds up no stop."""
    try:
        async with asyncio.timeout(LAST_WORD):
            await response.write(RETRY)
    except (ConnectionError, TimeoutError):
        if request.transport is not None:
            request.transport.abort()
