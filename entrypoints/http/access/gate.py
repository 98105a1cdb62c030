"""Check who calls against each operation's ``access``, before the body is read."""

import math
from dataclasses import replace

from aiohttp import web

from domain.caller import Anyone, Caller, Doctor, MetricsReader, Service, TicketHolder
from domain.errors import DomainError, ForbiddenError, TooManyCallsError
from entrypoints.http import app_keys
from entrypoints.http.access.caller import CALLER, NOT_IDENTIFIED
from entrypoints.http.access.client_address import FORWARDED_FOR
from entrypoints.http.access.credentials import AUTHORIZATION
from entrypoints.http.access.origins import ForeignOriginError, is_foreign
from entrypoints.http.deadline import in_time
from entrypoints.http.operation import OPERATION, Access, Metered, Operation


def with_access(operation: Operation, *, sandboxed: bool) -> web.RouteDef:
    """The operation's route behind this check. ``sandboxed``: both partners are sandbox twins."""
    answered = in_time(operation.handler) if operation.reads else operation.handler

    async def handler(request: web.Request) -> web.StreamResponse:
        request[OPERATION] = operation
        if operation.access is not Access.PROVIDER and is_foreign(request):
            raise ForeignOriginError("origin")
        if _asks(request, operation.access, sandboxed=sandboxed):
            try:
                caller = await request.app[app_keys.CREDENTIALS].identify(request)
            except DomainError as error:
                if operation.access is not Access.LEAVER:
                    raise
                request[NOT_IDENTIFIED] = error
            else:
                # Where callers are not asked who they are, a leave ticket says more than a header.
                if operation.access is not Access.LEAVER or not isinstance(caller, Anyone):
                    request[CALLER] = caller
                _let_in(caller, operation.access)
                count(request, caller)
        return await answered(request)

    return replace(operation, handler=handler).route


def count(request: web.Request, caller: Caller | TicketHolder) -> None:
    """Count a call; each caller has its own limit per operation. Raises TooManyCallsError."""
    operation = request[OPERATION]
    people = isinstance(caller, Doctor | TicketHolder)
    if operation.metered is Metered.EVERYBODY or (operation.metered is Metered.PEOPLE and people):
        forwarded = request.headers.getall(FORWARDED_FOR, ())
        allowances = request.app[app_keys.ALLOWANCES]
        wait = allowances.take(caller, operation.id, request.remote, forwarded)
        if wait > 0:
            raise TooManyCallsError(math.ceil(wait))


def _asks(request: web.Request, access: Access, *, sandboxed: bool) -> bool:
    match access:
        case Access.ANYONE | Access.PROVIDER:
            return False
        case Access.LEAVER:
            # A beacon cannot send headers. Its ticket is in the body, which the handler reads, and
            # goes before a cookie. A page that can may send what has expired: the handler refuses
            # that without a ticket.
            return AUTHORIZATION in request.headers
        case Access.DEVELOPER:
            return not sandboxed
        case Access.CALLER | Access.OPERATOR | Access.METRICS:
            return True


def _let_in(caller: Caller, access: Access) -> None:
    if isinstance(caller, MetricsReader):
        if access is not Access.METRICS:
            raise ForbiddenError("only-metrics")
        return
    operator = isinstance(caller, Service | Anyone) and caller.operator
    if access in {Access.OPERATOR, Access.DEVELOPER, Access.METRICS} and not operator:
        raise ForbiddenError("not-an-operator")
