"""A stream of server-sent events: a document at once, and again whenever it is another one."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from aiohttp import web
from aiohttp_sse import EventSourceResponse

from domain.errors import DomainError, ForbiddenError
from entrypoints.http.access.caller import CALLER
from entrypoints.http.access.refusals import record_refusal
from entrypoints.http.connection import Connection
from entrypoints.http.limits import LIMITS
from entrypoints.http.problems import Problem, problem_of
from entrypoints.http.streams import STREAMS, end

PROBLEM = "problem"
"""The event that ends a stream. ``error`` is what browsers call a lost connection."""
RETRY = b"retry: 2000\r\n\r\n"
"""Milliseconds until a client that lost its stream comes back."""
LAST_WORD = 1.0
"""Seconds to tell a client that the stream ends, when the service stops."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Written:
    """A document, and its hash in hexadecimal digits; none if nobody need say that they have it."""

    text: str
    tag: str = ""


async def stream(
    request: web.Request, documents: AsyncGenerator[Written], event: str | None = None
) -> web.StreamResponse:
    """``event`` is the name of each; None is SSE's own. Whatever goes wrong before the first is an
    answer like any other."""
    with (
        request.app[STREAMS].place(request[CALLER]) as over,
        _ended_when_lost(request, over),
    ):
        async with aclosing(documents):
            first = await anext(documents)
            response = _response(request)
            # The answer to a client that is gone has to be another: aiohttp prepares it once more.
            if request.transport is None:
                return web.Response()
            try:
                await response.prepare(request)
            except ConnectionError:
                return web.Response()
            async with response:
                telling = _Telling(request, response, event)
                await _tell_until(over, telling.tell(first, documents))
                if request.app[STREAMS].stopping:
                    await telling.say_retry()
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


@dataclass(frozen=True, slots=True)
class _Telling:
    request: web.Request
    response: EventSourceResponse
    event: str | None

    async def tell(self, first: Written, documents: AsyncIterator[Written]) -> None:
        try:
            await self.response.write(RETRY)
            if not first.tag or self.response.last_event_id != first.tag:
                await self._send(first)
            async for document in documents:
                await self._send(document)
        except (ConnectionError, TimeoutError):
            return  # it is gone, or reads nothing; aiohttp-sse has cut it off
        except DomainError as error:
            await self._end(problem_of(error), error)
        except Exception:
            log.exception("stream.crashed")
            await self._end(Problem("internal-error"))

    async def say_retry(self) -> None:
        """A client that does not read holds up no stop."""
        try:
            async with asyncio.timeout(LAST_WORD):
                await self.response.write(RETRY)
        except (ConnectionError, TimeoutError):
            if self.request.transport is not None:
                self.request.transport.abort()

    async def _send(self, document: Written) -> None:
        await self.response.send(document.text, id=document.tag or None, event=self.event)

    async def _end(self, problem: Problem, error: DomainError | None = None) -> None:
        if isinstance(error, ForbiddenError):
            await record_refusal(self.request, error)
        if problem.status >= 500:
            log.warning("stream.failed", slug=problem.slug)
        document = problem.document().model_dump_json(exclude_defaults=True)
        try:
            await self.response.send(document, event=PROBLEM)
        except (ConnectionError, TimeoutError):
            return
