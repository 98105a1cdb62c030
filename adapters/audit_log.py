"""The audit log on standard error: structured lines with stable names, whatever ``LOG_LEVEL``."""

import logging

import structlog

from domain.audit import AuditEvent

EVERY_LEVEL = structlog.make_filtering_bound_logger(logging.NOTSET)


class StructlogAuditLog:
    """Each line also has the time and the request id, as any log line."""

    async def record(self, event: AuditEvent, *, who: str, what: str, outcome: str) -> None:
        log = structlog.wrap_logger(None, wrapper_class=EVERY_LEVEL)
        log.info(event.value, who=who, what=what, outcome=outcome)
