"""Report that a person is in or out of a meeting; report that a doctor left."""

from aiohttp import web

from application.sync_presence import SyncOutcome
from domain.caller import Caller, TicketHolder
from entrypoints.http.access.caller import CALLER, TICKET_HOLDER
from entrypoints.http.access.gate import count
from entrypoints.http.app_keys import CALLERS, LEAVE_MEETING, REPORT_PRESENCE, TICKETS
from entrypoints.http.bodies import API_LIMIT, json_response, read_model
from entrypoints.http.deadline import answer_deadline
from entrypoints.http.schemas import (
    LeaveMeetingBody,
    MessageReply,
    PresencePath,
    ReportPresenceBody,
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
    known = request.get(CALLER)
    body = await read_model(request, LeaveMeetingBody, API_LIMIT if known else TICKET_LIMIT)
    leaver = known or await _leaver(request, body.leaveTicket)
    outcome = await request.app[LEAVE_MEETING](leaver, body.seat(), answer_deadline())
    return _answer(outcome, LEFT, LEFT_LATER)


async def _leaver(request: web.Request, ticket: str | None) -> Caller | TicketHolder:
    """Who leaves without an Authorization header: the ticket's holder or, if allowed, anyone."""
    if ticket is None:
        return await request.app[CALLERS].identify(None)
    holder = request[TICKET_HOLDER] = request.app[TICKETS].holder(ticket)
    count(request, holder)
    return holder


def _answer(outcome: SyncOutcome, done: MessageReply, later: MessageReply) -> web.Response:
    if outcome is SyncOutcome.DONE:
        return json_response(done)
    return json_response(later, status=202)
