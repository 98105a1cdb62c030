"""Requests to partners carry the trace that they are part of."""

from dataclasses import dataclass

from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

from adapters.trace import TRACE, TRACEPARENT, TRACESTATE, new_trace


@dataclass(frozen=True, slots=True)
class CarryTrace:
    """A client middleware: what a session sends belongs to the current trace, or to a new one.
    Headers that an adapter set itself stay."""

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        if TRACEPARENT not in request.headers:
            trace = TRACE.get() or new_trace()
            request.headers[TRACEPARENT] = trace.parent
            if trace.state:
                request.headers[TRACESTATE] = trace.state
        return await handler(request)
