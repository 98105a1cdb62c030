"""Spans by OpenTelemetry, exported by OTLP. Imported only where that is configured: the packages
are those of the extra ``otel``.

The SDK reads the ``OTEL_…`` variables itself.
"""

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Self

import structlog
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    TraceState,
    format_span_id,
    format_trace_id,
    set_span_in_context,
    use_span,
)

from adapters.metrics import PARTNERS
from adapters.trace import TRACE, Answered, Trace
from domain.errors import DomainError, Partner

SERVICE = "videochamadas"
PATIENCE = 2.0
"""Seconds for what has not been exported, when the process stops."""

log = structlog.get_logger()


class OtelSpans:
    """Spans of one tracer. An error is known by its slug or its class; what it says stays here."""

    def __init__(self, tracer: Tracer, database: str) -> None:
        """``database`` is the kind of database."""
        self._tracer = tracer
        self._database = {"sqlite": "sqlite", "postgres": "postgresql"}[database]

    @contextmanager
    def request(self, method: str, route: str, given: Trace | None) -> Iterator[Answered]:
        about = {"http.request.method": method, "http.route": route}
        with self._open(f"{method} {route}", SpanKind.SERVER, about, _under(given)) as span:
            yield partial(_answered, span)

    @contextmanager
    def work(self, name: str) -> Iterator[None]:
        with self._open(name, SpanKind.INTERNAL, {}, Context()):
            yield

    @contextmanager
    def call(self, partner: Partner, operation: str) -> Iterator[None]:
        name = PARTNERS[partner]
        about = {"service.peer.name": name, "videochamadas.operation": operation}
        with self._open(f"{name} {operation}", SpanKind.CLIENT, about):
            yield

    @contextmanager
    def transaction(self, name: str) -> Iterator[None]:
        about = {"db.system.name": self._database, "db.operation.name": name}
        with self._open(f"storage {name}", SpanKind.CLIENT, about):
            yield

    @contextmanager
    def _open(
        self, name: str, kind: SpanKind, about: Mapping[str, str], parent: Context | None = None
    ) -> Iterator[Span]:
        """Without ``parent`` a child of the open span."""
        span = self._tracer.start_span(name, parent, kind, about)
        before = TRACE.set(_trace(span.get_span_context()))
        with _until_its_end(span):
            try:
                yield span
            except BaseException as error:
                slug = error.slug if isinstance(error, DomainError) else None
                _failed(span, slug or type(error).__name__)
                raise
            finally:
                TRACE.reset(before)


@dataclass(frozen=True, slots=True)
class SpanExport:
    """Sends spans to the collector that the variables name, in batches, from a thread of its own.
    When that does not keep up, spans are dropped."""

    provider: TracerProvider
    spans: OtelSpans

    @classmethod
    def start(cls, database: str) -> Self:
        """Raises ValueError or RuntimeError for variables that cannot be used."""
        about = {"service.name": SERVICE, "service.version": version(SERVICE)}
        # What the variables say of the service goes before.
        resource = Resource.create(about).merge(OTELResourceDetector().detect())
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(_Told(OTLPSpanExporter())))
        return cls(provider, OtelSpans(provider.get_tracer(SERVICE, version(SERVICE)), database))

    async def end(self, patience: float = PATIENCE) -> None:
        """Send what is left, within that many seconds."""
        ending = threading.Thread(target=self.provider.shutdown, daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, patience)


def collector_answers() -> bool:
    """Whether it takes an empty batch. Raises what ``SpanExport.start`` does."""
    SpanExport.start("sqlite").provider.shutdown()
    return OTLPSpanExporter(timeout=PATIENCE).export(()) is SpanExportResult.SUCCESS


class _Told(SpanExporter):
    """Says once that spans do not get through, and once that they do again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._lost = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        lost = result is not SpanExportResult.SUCCESS
        if lost and not self._lost:
            log.warning("traces.lost")
        elif self._lost and not lost:
            log.warning("traces.back")
        self._lost = lost
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


_until_its_end = partial(
    use_span, end_on_exit=True, record_exception=False, set_status_on_exception=False
)


def _under(given: Trace | None) -> Context:
    """The context of a request that came with that trace."""
    if given is None or given.span_id is None:
        return Context()
    parent = SpanContext(
        int(given.trace_id, 16),
        int(given.span_id, 16),
        is_remote=True,
        trace_flags=TraceFlags(given.flags),
        trace_state=TraceState.from_header([given.state]),
    )
    return set_span_in_context(NonRecordingSpan(parent), Context())


def _trace(made: SpanContext) -> Trace:
    span_id = format_span_id(made.span_id)
    state = made.trace_state.to_header()
    return Trace(format_trace_id(made.trace_id), span_id, made.trace_flags, state)


def _answered(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if status >= 500:
        _failed(span, str(status))


def _failed(span: Span, kind: str) -> None:
    span.set_attribute("error.type", kind)
    span.set_status(StatusCode.ERROR)
