"""Record refusals in the audit log: who was refused what, and why."""

from aiohttp import web

from domain.audit import AuditEvent, AuditLine
from domain.caller import Anyone, Caller, Doctor, MetricsReader, Service, TicketHolder
from domain.errors import (
    BadSignatureError,
    DomainError,
    ForbiddenError,
    HostNotAllowedError,
    InvalidCredentialsError,
    InvalidTicketError,
    UnauthenticatedError,
)
from entrypoints.http import app_keys
from entrypoints.http.access.caller import CALLER, TICKET_HOLDER
from entrypoints.http.access.origins import ForeignOriginError

RECORDED: dict[type[DomainError], AuditEvent] = {
    UnauthenticatedError: AuditEvent.CREDENTIALS_REFUSED,
    InvalidCredentialsError: AuditEvent.CREDENTIALS_REFUSED,
    InvalidTicketError: AuditEvent.TICKET_REFUSED,
    ForbiddenError: AuditEvent.ACCESS_REFUSED,
    HostNotAllowedError: AuditEvent.ESCALATION_REFUSED,
    ForeignOriginError: AuditEvent.ORIGIN_REFUSED,
    BadSignatureError: AuditEvent.SIGNATURE_REFUSED,
}


async def record_refusal(request: web.Request, error: DomainError) -> None:
    """Record the errors of ``RECORDED`` only. Their messages hold no person's id and no secret."""
    if (event := RECORDED.get(type(error))) is not None:
        resource = request.match_info.route.resource
        what = f"{request.method} {resource.canonical if resource else 'unmatched'}"
        log = request.app[app_keys.AUDIT_LOG]
        await log.record(AuditLine(event, who(request), what, str(error)))


def who(request: web.Request) -> str:
    """The caller as the audit log names it; ``unknown`` when no caller was identified."""
    caller: Caller | TicketHolder | None = request.get(CALLER) or request.get(TICKET_HOLDER)
    match caller:
        case None:
            return "unknown"
        case Service() | MetricsReader() | Anyone():
            return caller.key
        case Doctor(person=person):
            return f"doctor:{request.app[app_keys.PSEUDONYMS].of(person)}"
        case TicketHolder(person=person):
            return f"ticket:{request.app[app_keys.PSEUDONYMS].of(person)}"
