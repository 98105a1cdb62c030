"""Whether spans are exported: by the ``OTEL_…`` variables and the packages of the extra ``otel``,
which nothing imports otherwise."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog
from yarl import URL

from adapters.plug_in import AdapterError, Finding
from adapters.trace import Spans

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
DISABLED, EXPORTER = "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER"
OTLP, HTTP = "otlp", "http/protobuf"
ITS_OWN = "http://localhost:4318"
"""Where the SDK sends spans when no variable says it."""
NOT_INSTALLED = "the extra otel is not installed: pip install --require-hashes -r locks/otel.txt"
UNUSABLE = "the OTEL_… variables cannot be used"

log = structlog.get_logger()


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether the variables ask for spans by OTLP: they name a collector, or this exporter."""
    if environment.get(DISABLED, "").strip().lower() == "true":
        return False
    if exporters := environment.get(EXPORTER):
        return OTLP in [one.strip() for one in exporters.split(",")]
    return _first(environment, ENDPOINTS) is not None


@asynccontextmanager
async def exported_spans(
    environment: Mapping[str, str], database: str
) -> AsyncIterator[Spans | None]:
    """None when they are not exported. Raises AdapterError for variables that cannot be used.

    ``database`` is the kind of database.
    """
    if not wanted(environment):
        yield None
        return
    try:
        from adapters.exported_spans import SpanExport  # noqa: PLC0415 - of an extra
    except ImportError:
        log.error("traces.not_exported", why=NOT_INSTALLED)
        yield None
        return
    try:
        export = SpanExport.start(database)
    except (ValueError, RuntimeError) as error:
        raise AdapterError(UNUSABLE) from error
    try:
        yield export.spans
    finally:
        await export.end()


def look_at_traces(environment: Mapping[str, str]) -> Finding:
    """Whether traces are exported, and where; of the address neither path nor credentials."""
    if not wanted(environment):
        return _finding(f"not exported: by {DISABLED}, {EXPORTER} and {ENDPOINTS[1]}")
    try:
        from adapters.exported_spans import collector_answers  # noqa: PLC0415 - of an extra

        where, answers = (
            URL(_first(environment, ENDPOINTS) or ITS_OWN).origin(),
            collector_answers(),
        )
    except ImportError:
        return _finding(NOT_INSTALLED, warning=True)
    except (ValueError, RuntimeError):
        return Finding("traces", ok=False, detail=UNUSABLE)
    if (protocol := _first(environment, PROTOCOLS) or HTTP) != HTTP:
        detail = f"sent to {where} by {HTTP}, never by {protocol}: set {PROTOCOLS[1]}={HTTP}"
        return _finding(detail, warning=True)
    if not answers:
        return _finding(f"{where} does not take them: check {ENDPOINTS[1]}", warning=True)
    return _finding(f"exported to {where}")


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if (value := environment.get(name))), None)


def _finding(detail: str, *, warning: bool = False) -> Finding:
    return Finding("traces", ok=True, detail=detail, warning=warning)
