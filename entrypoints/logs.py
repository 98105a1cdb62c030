"""One structured line per event on standard error: JSON, or a readable form for a terminal."""

import logging
import re
import sys
from collections.abc import Callable

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from adapters.request_id import REQUEST_ID
from entrypoints.redaction import mask, traceback_rows, traceback_text

SHOWING = re.compile(r"""[\n<>(){}\[\]'":]""")


def configure_logs(level_name: str, form: str | None) -> None:
    """``form`` is ``json`` or ``console``; None means ``console`` in a terminal, else ``json``."""
    level = logging.getLevelNamesMapping()[level_name.upper()]
    style = form or ("console" if sys.stderr.isatty() else "json")
    added: list[Processor] = [
        mask,
        _add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if style == "json":
        processors: list[Processor] = [
            structlog.processors.ExceptionRenderer(traceback_rows),
            *added,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ]
        factory: Callable[..., WrappedLogger] = structlog.BytesLoggerFactory(sys.stderr.buffer)
    else:
        pretty = structlog.dev.ConsoleRenderer(exception_formatter=traceback_text)
        processors = [*added, pretty]
        factory = structlog.PrintLoggerFactory(sys.stderr)
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )
    _carry_library_logs()


def _add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if request_id := REQUEST_ID.get():
        event["request_id"] = request_id
    return event


class _ToStructlog(logging.Handler):
    """Writes the standard library's log records, ours and those of libraries, in the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        ours = record.name.partition(".")[0] in {"application", "domain"}
        details: dict[str, object] = {"logger": record.name}
        if ours:
            details |= {"text": record.getMessage(), "exc_info": record.exc_info or None}
        else:
            # A library's arguments and errors may hold names and secrets.
            details |= {"text": _beginning(record), "error": _kind_of_error(record)}
        structlog.get_logger().log(record.levelno, "log", **details)


def _beginning(record: logging.LogRecord) -> str:
    """The message up to its first value: asyncio writes objects and errors into its messages."""
    return SHOWING.split(str(record.msg), maxsplit=1)[0].rstrip()


def _kind_of_error(record: logging.LogRecord) -> str | None:
    kind = record.exc_info[0] if record.exc_info else None
    return kind.__name__ if kind else None


def _carry_library_logs() -> None:
    logging.basicConfig(level=logging.WARNING, handlers=[_ToStructlog()], force=True)
