"""Report that a person is in or out of a meeting; report that a doctor left."""

from aiohttp import web
from pydantic import ValidationError

from application.sync_presence import SyncOutcome
from domain.caller import Caller, Doctor, TicketHolder
from domain.errors import TooManyCallsError
from entrypoints.http.access.caller import CALLER, NOT_IDENTIFIED, TICKET_HOLDER
from entrypoints.http.access.gate import count
from entrypoints.http.app_keys import CREDENTIALS, LEAVE_MEETING, REPORT_PRESENCE, TICKETS
from entrypoints.http.bodies import API_LIMIT, json_response, parse_model, read_bytes, read_model
from entrypoints.http.deadline import answer_deadline
from entrypoints.http.schemas import (
    LeaveMeetingBody,
    MessageReply,
    PresencePath,
    ReportPresenceBody,
    TicketBody,
)

TICKET_LIMIT = 4096
"""The longest body, in bytes, that is read before its sender is authenticated."""

UPDATED = MessageReply(message="Status do usuário atualizado com sucesso!")
UPDATED_LATER = MessageReply(message="Status do usuário recebido; será aplicado em instantes.")
LEFT = MessageReply(message="Saída do médico registrada com sucesso!")
LEFT_LATER = MessageReply(message="Saída do médico recebida; será aplicada em instantes.")


async def report_presence(request: web.Request) -> web.Response:
    path = PresencePath.model_validate(dict(request.match_info))
    body = await read_model(request, ReportPresenceBody)
    outcome = await request.app[REPORT_PRESENCE](
        request[CALLER],
        path.seat(body.userId),
        answer_deadline(),
        in_meeting=body.inMeeting,
    )
    return _answer(outcome, UPDATED, UPDATED_LATER)


async def leave_meeting(request: web.Request) -> web.Response:
    """A valid ``Authorization`` goes first, then a valid ticket, then the header's error, then a
    cookie. Whoever leaves by ticket or cookie is a closing tab, and never refused for its number.
    """
    known = request.get(CALLER)
    read = await read_bytes(request, API_LIMIT if known else TICKET_LIMIT)
    leaver = known or await _leaver(request, read)
    body = parse_model(LeaveMeetingBody, read)
    tab = known is None and isinstance(leaver, Doctor | TicketHolder)
    outcome = await request.app[LEAVE_MEETING](
        leaver,
        body.seat(),
        answer_deadline(),
        one_tab=tab,
        often=tab and _often(request, leaver),
    )
    return _answer(outcome, LEFT, LEFT_LATER)


async def _leaver(request: web.Request, read: bytes) -> Caller | TicketHolder:
    """Who leaves without a valid ``Authorization``: the ticket's holder, the doctor whose token is
    in a cookie or, with ``AUTH=none``, anyone."""
    ticket = _ticket(read)
    if ticket is not None:
        holder = request[TICKET_HOLDER] = request.app[TICKETS].holder(ticket)
        return holder
    if (refusal := request.get(NOT_IDENTIFIED)) is not None:
        raise refusal
    caller = request[CALLER] = await request.app[CREDENTIALS].identify(request)
    return caller


def _often(request: web.Request, leaver: Caller | TicketHolder) -> bool:
    try:
        count(request, leaver)
    except TooManyCallsError:
        return True
    return False


def _ticket(read: bytes) -> str | None:
    """The ticket in a body, whatever else may be wrong with it."""
    try:
        return parse_model(TicketBody, read).leaveTicket
    except ValidationError:
        return None


def _answer(outcome: SyncOutcome, done: MessageReply, later: MessageReply) -> web.Response:
    if outcome is SyncOutcome.DONE:
        return json_response(done)
    return json_response(later, status=202)
