"""The audit log: who tried or did what, and how it ended. SECURITY.md lists the events.

Each is one structured line with a stable name, written whatever ``LOG_LEVEL`` says. Time and
request id are added as to any line. No argument may hold a name, a title, a token or a person's id.
"""

import logging
from enum import StrEnum

import structlog

_EVERY_LEVEL = structlog.make_filtering_bound_logger(logging.NOTSET)
COMMAND_LINE = "command-line"
"""Who does what is done with the command line: whoever has a shell on the machine."""


class Audited(StrEnum):
    """What leaves a record."""

    CREDENTIALS_REFUSED = "audit.credentials_refused"
    TICKET_REFUSED = "audit.ticket_refused"
    ACCESS_REFUSED = "audit.access_refused"
    ESCALATION_REFUSED = "audit.escalation_refused"
    ORIGIN_REFUSED = "audit.origin_refused"
    SIGNATURE_REFUSED = "audit.signature_refused"
    PRESENCE_CLEARED = "audit.presence_cleared"
    DELIVERIES_RETRIED = "audit.deliveries_retried"
    DELIVERY_DISCARDED = "audit.delivery_discarded"
    PERSON_ERASED = "audit.person_erased"


def audit(event: Audited, *, who: str, what: str, outcome: str) -> None:
    """``who`` is ``COMMAND_LINE``, ``service:<key name>``, ``doctor:<pseudonym>``,
    ``ticket:<pseudonym>`` or ``unknown``; ``what`` is the operation, or the thing it was done to;
    ``outcome`` a word or a count."""
    log = structlog.wrap_logger(None, wrapper_class=_EVERY_LEVEL)
    log.info(event.value, who=who, what=what, outcome=outcome)
