"""A collector of spans (OTLP over HTTP), in this process."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span

from tests.waiting import until


@dataclass
class Collector:
    """``status`` is what it answers while it is ``answering``."""

    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    answering: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answering.set()

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/v1/traces", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        await until(self.answering)
        body = await request.read()
        if self.status == 200:
            self.bodies.append(body)
        self.news.set()
        return web.Response(status=self.status)

    def spans(self) -> list[Span]:
        return [span for resource in self._resources() for span in resource.scope_spans[0].spans]

    def services(self) -> set[str]:
        attributes = (attributes_of(one.resource.attributes) for one in self._resources())
        return {str(one["service.name"]) for one in attributes}

    def _resources(self) -> Iterator[ResourceSpans]:
        for body in self.bodies:
            yield from ExportTraceServiceRequest.FromString(body).resource_spans


def attributes_of(pairs: Iterable[KeyValue]) -> dict[str, str | int]:
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in pairs}
