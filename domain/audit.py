"""What leaves a line in the audit log. SECURITY.md lists the events."""

from dataclasses import dataclass
from enum import StrEnum

COMMAND_LINE = "command-line"
"""Who acts through the command line: anybody with a shell on the machine."""


class AuditEvent(StrEnum):
    """The stable name of each kind of line."""

    CREDENTIALS_REFUSED = "audit.credentials_refused"
    TICKET_REFUSED = "audit.ticket_refused"
    ACCESS_REFUSED = "audit.access_refused"
    ESCALATION_REFUSED = "audit.escalation_refused"
    ORIGIN_REFUSED = "audit.origin_refused"
    SIGNATURE_REFUSED = "audit.signature_refused"
    MEETING_CLOSED = "audit.meeting_closed"
    PRESENCE_CLEARED = "audit.presence_cleared"
    DELIVERIES_RETRIED = "audit.deliveries_retried"
    DELIVERY_DISCARDED = "audit.delivery_discarded"
    VIEW_OPENED = "audit.view_opened"
    PERSON_ERASED = "audit.person_erased"
    BODY_READ = "audit.body_read"
    PRESENCE_READ = "audit.presence_read"
    PSEUDONYM_READ = "audit.pseudonym_read"
    BACKUP_MADE = "audit.backup_made"
    STORAGE_ADOPTED = "audit.storage_adopted"
    SECRETS_ROTATED = "audit.secrets_rotated"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did or tried what, and how it ended.

    ``who`` is ``command-line``, ``service:<key name>``, ``doctor:<pseudonym>``,
    ``ticket:<pseudonym>`` or ``unknown``; ``what`` is the operation or the thing it was done to;
    ``outcome`` is a word or a count. None may hold a name, a title, a token or a person's id.
    ``at`` is when it happened, in seconds since the epoch; None is now.
    """

    event: AuditEvent
    who: str
    what: str
    outcome: str
    at: float | None = None
