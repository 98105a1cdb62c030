"""One structured line per event on standard error: JSON, or a readable form for a terminal.

It is rendered by who logs it and written by another thread: a log holds nobody up.
"""

import logging
import re
import sys

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from adapters.audit_log import AUDIT, EVERY_LEVEL
from adapters.request_id import REQUEST_ID
from adapters.trace import TRACE
from entrypoints.queued_output import STANDARD_ERROR
from entrypoints.redaction import mask, traceback_rows, traceback_text

EXPORTING = {"opentelemetry", "urllib3"}
"""The libraries that export traces."""
HOUR = 3600.0
SHOWING = re.compile(r"""[\n<>(){}\[\]'":]""")


def configure_logs(level_name: str, form: str | None) -> None:
    """``form`` is ``json`` or ``console``; None means ``console`` in a terminal, else ``json``."""
    level = logging.getLevelNamesMapping()[level_name.upper()]
    style = form or ("console" if sys.stderr.isatty() else "json")
    added: list[Processor] = [
        mask,
        _add_ids,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if style == "json":
        processors: list[Processor] = [
            structlog.processors.ExceptionRenderer(traceback_rows),
            *added,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ]
    else:
        pretty = structlog.dev.ConsoleRenderer(exception_formatter=traceback_text)
        processors = [*added, pretty]
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_ToQueue,
        cache_logger_on_first_use=True,
    )
    STANDARD_ERROR.tell = _tell_dropped
    _carry_library_logs()


class _ToQueue:
    """Adds rendered lines to the queue of standard error. Those of the audit log, and the count of
    lines that were dropped, are dropped last."""

    def __init__(self, *names: str) -> None:
        self._kept = AUDIT in names

    def msg(self, line: bytes | str) -> None:
        encoded = line.encode(errors="backslashreplace") if isinstance(line, str) else line
        STANDARD_ERROR.add(encoded + b"\n", kept=self._kept)

    debug = info = warning = error = critical = msg


def _tell_dropped(count: int) -> None:
    log = structlog.wrap_logger(None, wrapper_class=EVERY_LEVEL, logger_factory_args=[AUDIT])
    log.warning("log.dropped", count=count)


def _add_ids(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if request_id := REQUEST_ID.get():
        event["request_id"] = request_id
    if trace := TRACE.get():
        event["trace_id"] = trace.trace_id
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


class Seldom(logging.Filter):
    """Each line of the libraries that export traces once an hour: they say the same again and again
    while no collector answers."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] not in EXPORTING:
            return True
        where = record.pathname, record.lineno
        if record.created < self._said.get(where, -HOUR) + HOUR:
            return False
        self._said[where] = record.created
        return True


def _beginning(record: logging.LogRecord) -> str:
    """The message up to its first value: asyncio writes objects and errors into its messages."""
    return SHOWING.split(str(record.msg), maxsplit=1)[0].rstrip()


def _kind_of_error(record: logging.LogRecord) -> str | None:
    kind = record.exc_info[0] if record.exc_info else None
    return kind.__name__ if kind else None


def _carry_library_logs() -> None:
    handler = _ToStructlog()
    handler.addFilter(Seldom())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
