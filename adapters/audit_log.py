"""The audit log on standard error: structured lines with stable names, whatever ``LOG_LEVEL``."""

import logging
from datetime import UTC, datetime

import structlog

from domain.audit import AuditLine

AUDIT = "audit"
"""The name of its logger: when lines must be dropped, its lines are the last."""
EVERY_LEVEL = structlog.make_filtering_bound_logger(logging.NOTSET)


class StructlogAuditLog:
    """Time and request id are added as to any line; a line from storage also has its own time."""

    async def record(self, line: AuditLine) -> None:
        log = structlog.wrap_logger(None, wrapper_class=EVERY_LEVEL, logger_factory_args=[AUDIT])
        then = {} if line.at is None else {"at": datetime.fromtimestamp(line.at, UTC).isoformat()}
        log.info(line.event.value, who=line.who, what=line.what, outcome=line.outcome, **then)
