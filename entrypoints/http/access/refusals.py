"""Record refusals in the audit log: who was refused what, and why; and limit failed credentials."""

import math

from aiohttp import web

from domain.audit import AuditEvent, AuditLine
from domain.caller import Anyone, Caller, Doctor, MetricsReader, Service, TicketHolder
from domain.errors import (
    BadSignatureError,
    DomainError,
    ExpiredCredentialsError,
    ForbiddenError,
    HostNotAllowedError,
    InvalidCredentialsError,
    InvalidTicketError,
    TooManyCallsError,
    UnauthenticatedError,
)
from entrypoints.http import app_keys
from entrypoints.http.access.caller import CALLER, TICKET_HOLDER
from entrypoints.http.access.client_address import FORWARDED_FOR
from entrypoints.http.access.origins import ForeignOriginError

RECORDED: dict[type[DomainError], AuditEvent] = {
    UnauthenticatedError: AuditEvent.CREDENTIALS_REFUSED,
    InvalidCredentialsError: AuditEvent.CREDENTIALS_REFUSED,
    ExpiredCredentialsError: AuditEvent.CREDENTIALS_REFUSED,
    InvalidTicketError: AuditEvent.TICKET_REFUSED,
    ForbiddenError: AuditEvent.ACCESS_REFUSED,
    HostNotAllowedError: AuditEvent.ESCALATION_REFUSED,
    ForeignOriginError: AuditEvent.ORIGIN_REFUSED,
    BadSignatureError: AuditEvent.SIGNATURE_REFUSED,
}
LOGGED_OUT = (UnauthenticatedError, ExpiredCredentialsError)
FAILED = (*LOGGED_OUT, InvalidCredentialsError, InvalidTicketError)


async def refused(request: web.Request, error: DomainError) -> DomainError:
    """Record the error, and return what to answer: beyond the limit of failed credentials of one
    address, which leave no record, that the caller has to wait.

    A good credential never comes here. Who only has to log in is told so, whatever others at that
    address do.
    """
    wait = _too_many(request) if isinstance(error, FAILED) else 0
    if not wait:
        await record_refusal(request, error)
    return TooManyCallsError(wait) if wait and not isinstance(error, LOGGED_OUT) else error


async def record_refusal(request: web.Request, error: DomainError) -> None:
    """Record the errors of ``RECORDED`` only. Their messages hold no person's id and no secret."""
    if (event := RECORDED.get(type(error))) is not None:
        resource = request.match_info.route.resource
        what = f"{request.method} {resource.canonical if resource else 'unmatched'}"
        log = request.app[app_keys.AUDIT_LOG]
        await log.record(AuditLine(event, who(request), what, str(error)))


def _too_many(request: web.Request) -> int:
    """Seconds to wait; 0 when the failure was counted."""
    forwarded = request.headers.getall(FORWARDED_FOR, ())
    return math.ceil(request.app[app_keys.ALLOWANCES].fail(request.remote, forwarded))


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
