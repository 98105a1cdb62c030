"""Uncaught exceptions and Python's warnings go to the masked log, without their messages: these may
repeat names and secrets, and Python would print them."""

import sys
import threading
import warnings
from types import TracebackType

import structlog

log = structlog.get_logger()


def net_crashes() -> None:
    """Install the hooks for the rest of the process. Configure the log first."""
    sys.excepthook = _crashed
    threading.excepthook = lambda told: _crashed(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _crashed(told.exc_type, told.exc_value, told.exc_traceback)
    warnings.showwarning = _warned


def _crashed(
    kind: type[BaseException], error: BaseException | None, where: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("process.crashed", exc_info=(kind, error or kind(), where))


def _warned(  # noqa: PLR0913, PLR0917 - as Python calls it
    message: Warning | str,  # noqa: ARG001
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    log.warning("python.warning", kind=category.__name__, file=filename, line=lineno)
