"""What every request goes through: a request id and a trace, one log line, errors as problem
documents, loop detection."""

import re
import time
from collections.abc import Callable, Sequence

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import ValidationError

from adapters.metrics import OTHER, STATUSES
from adapters.request_id import REQUEST_ID
from adapters.system import new_bits
from adapters.trace import TRACE, TRACEPARENT, TRACESTATE, Trace, new_trace, received
from adapters.via import passed_through
from domain.errors import DomainError
from entrypoints.http.access.refusals import refused
from entrypoints.http.app_keys import LOOP_MARK, REQUESTS, SPANS
from entrypoints.http.bodies import set_standard_headers
from entrypoints.http.operation import OPERATION
from entrypoints.http.problems import Problem, problem_of
from entrypoints.redaction import PATTERNS

HEALTH = "/health/"
SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

GIVEN_ID = web.RequestKey("given_id", str)

log = structlog.get_logger()


Check = Callable[[web.Request], Problem | None]
"""The problem that keeps a request from its handler."""


def answering(*checks: Check) -> Middleware:
    """Use the caller's ``X-Request-ID`` if it is safe to log, else make one; likewise its trace.
    Then count and log how the request was answered: every error with a problem document.

    The line is written when the handler is through, and the span is as long: for a stream, until it
    ends.
    """

    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _is_sane(given) else new_bits(128)
        REQUEST_ID.set(request_id)
        request[GIVEN_ID] = request_id
        trace, spans, route = _given_trace(request), request.app.get(SPANS), route_of(request)
        if spans is None or route.startswith(HEALTH):
            TRACE.set(trace._replace(span_id=None) if trace else new_trace())
            return await _logged(request, handler, route, checks)
        with spans.request(request.method, route, trace) as ended:
            response = await _logged(request, handler, route, checks)
            ended(response.status)
            return response

    return answer


async def _logged(
    request: web.Request, handler: Handler, route: str, checks: Sequence[Check]
) -> web.StreamResponse:
    started = time.perf_counter()
    response = await _response_or_problem(request, handler, checks)
    if (requests := request.app.get(REQUESTS)) is not None:
        operation = request.get(OPERATION)
        requests.count(operation.id if operation else OTHER, STATUSES[response.status // 100 - 1])
    if not route.startswith(HEALTH):
        log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status,
            duration_ms=round((time.perf_counter() - started) * 1000, 1),
            **_outcome(response),
        )
    return response


async def _response_or_problem(
    request: web.Request, handler: Handler, checks: Sequence[Check]
) -> web.StreamResponse:
    try:
        for check in checks:
            if (problem := check(request)) is not None:
                return problem.response()
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return problem_of(error).response()
    except (DomainError, ValidationError) as error:
        answered = await refused(request, error) if isinstance(error, DomainError) else error
        problem = problem_of(answered)
        if problem.status >= 500:
            log.warning("request.failed", slug=problem.slug, reason=str(error))
        return problem.response()
    except Exception:
        log.exception("request.crashed")
        return Problem("internal-error").response()


async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Just before the head of an answer is written, since a stream's is before its handler ends."""
    if (request_id := request.get(GIVEN_ID)) is not None:
        set_standard_headers(response, request_id)


def route_of(request: web.Request) -> str:
    """The path as it is registered."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unmatched"


def _is_sane(request_id: str) -> bool:
    """It is logged and sent to partners, so it must not look like a secret or a CPF number."""
    return bool(SANE_REQUEST_ID.fullmatch(request_id)) and not PATTERNS.search(request_id)


def _given_trace(request: web.Request) -> Trace | None:
    """It is sent to partners, so neither may its ``tracestate`` look like that."""
    headers = request.headers
    trace = received(headers.getall(TRACEPARENT, ()), headers.getall(TRACESTATE, ()))
    return trace._replace(state="") if trace and PATTERNS.search(trace.state) else trace


def _outcome(response: web.StreamResponse) -> dict[str, str]:
    outcome = response.headers.get("Webhook-Outcome")
    return {} if outcome is None else {"outcome": outcome}


def refuse_loops(request: web.Request) -> Problem | None:
    """Answers 508 (RFC 5842) to a request that this installation sent to itself, but for health."""
    if "Via" not in request.headers or route_of(request).startswith(HEALTH):
        return None
    passed = passed_through(request.app[LOOP_MARK], request.headers.getall("Via"))
    return Problem("loop-detected") if passed else None
