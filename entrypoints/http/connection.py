"""A server connection: closed when there is no room, or when it sends no headers in time."""

import asyncio
from collections.abc import Callable

import structlog
from aiohttp import web

from adapters.request_id import REQUEST_ID
from adapters.system import new_bits
from adapters.trace import TRACE
from entrypoints.http.bodies import set_standard_headers
from entrypoints.http.limits import Limits
from entrypoints.http.problems import Problem, problem_of

log = structlog.get_logger()


class Connection(web.RequestHandler):
    """aiohttp's request handler with four differences, each in a method of its own.

    ``on_lost`` is called when the client is gone: a handler that waits would not notice.

    Bodies are never decompressed; ``read_bytes`` refuses those with a Content-Encoding.
    """

    __slots__ = ("_first_head", "_handling", "_has_room", "_head", "on_lost")

    def __init__(
        self,
        server: web.Server,
        limits: Limits,
        has_room: Callable[[], bool],
        handling: set[asyncio.Task[None]],
    ) -> None:
        """``handling`` gets the task that handles this connection's requests, for as long as it
        runs: longer than the connection where a client does not wait for its answer."""
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]
            keepalive_timeout=limits.keep_alive,
            lingering_time=limits.linger,
            max_line_size=limits.line,
            max_field_size=limits.field,
            max_headers=limits.fields,
            auto_decompress=False,
        )
        self._has_room = has_room
        self._handling = handling
        self._head = limits.head
        self._first_head: asyncio.TimerHandle | None = None
        self.on_lost: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Without room it is closed before anything is read from it."""
        if not self._has_room():
            transport.close()
            return
        super().connection_made(transport)
        if (task := self._task_handler) is not None:
            self._handling.add(task)
            task.add_done_callback(self._handling.discard)
        self._first_head = self._loop.call_later(self._head, self._close_unless_asked)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._first_head is not None:
            self._first_head.cancel()
        if self.on_lost is not None:
            self.on_lost()
        super().connection_lost(exc)

    @property
    def idle_until(self) -> float | None:
        """When it is closed if nothing comes, in the event loop's time. The longer it is idle, the
        earlier that is. None from the end of a request's headers to the end of its answer."""
        waiting = self._waiter is not None and not self._waiter.done()
        return self._next_keepalive_close_time if waiting else None

    def _close_unless_asked(self) -> None:
        """Close when no request came in time; aiohttp would wait for the keep-alive time."""
        if self._request_count == 0:
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it repeats what was sent
    ) -> web.StreamResponse:
        """Answer invalid HTTP (400) with a problem document that repeats nothing of what was sent.
        Any other status is a crash outside the handlers: log it and answer ``internal-error``."""
        if status != 400:
            log.error("request.crashed", exc_info=exc)
            if request.writer.output_size > 0:
                raise ConnectionError("an answer that has begun")
            return _alone(Problem("internal-error"))
        response = _alone(Problem("bad-request"), reason=type(exc).__name__)
        response.force_close()
        return response

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Replace aiohttp's own error answers, which would repeat what was sent."""
        if isinstance(resp, web.HTTPException) and resp.status >= 400:
            resp = _alone(problem_of(resp), reason=type(resp).__name__)
        return await super().finish_response(request, resp, start_time)


def _alone(problem: Problem, *, reason: str | None = None) -> web.Response:
    """An answer that passes no middleware, with its own request id and without a trace."""
    request_id = new_bits(128)
    REQUEST_ID.set(request_id)
    TRACE.set(None)
    if reason is not None:
        log.info("request.unreadable", reason=reason)
    response = problem.response()
    set_standard_headers(response, request_id)
    return response
