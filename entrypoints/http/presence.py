"""A person is in or out of a meeting; a doctor left one."""

from aiohttp import web

from application.push_seat import Push
from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId
from entrypoints.http.bodies import json_response, read_model
from entrypoints.http.deadline import answer_deadline
from entrypoints.http.keys import LEAVE_MEETING, REPORT_PRESENCE
from entrypoints.http.schemas import (
    LeaveMeetingBody,
    MessageReply,
    PresencePath,
    ReportPresenceBody,
)

UPDATED = MessageReply(message="Status do usuário atualizado com sucesso!")
UPDATED_LATER = MessageReply(message="Status do usuário recebido; será aplicado em instantes.")
LEFT = MessageReply(message="Saída do médico registrada com sucesso!")
LEFT_LATER = MessageReply(message="Saída do médico recebida; será aplicada em instantes.")


async def report_presence(request: web.Request) -> web.Response:
    path = PresencePath.model_validate(dict(request.match_info))
    body = await read_model(request, ReportPresenceBody)
    push = await request.app[REPORT_PRESENCE](path.presence(body), answer_deadline())
    return _told(push, UPDATED, UPDATED_LATER)


async def leave_meeting(request: web.Request) -> web.Response:
    body = await read_model(request, LeaveMeetingBody)
    push = await request.app[LEAVE_MEETING](
        ReferralId(body.referralID),
        MeetingId(body.meetID),
        PersonId(body.doctorID),
        answer_deadline(),
    )
    return _told(push, LEFT, LEFT_LATER)


def _told(push: Push, done: MessageReply, later: MessageReply) -> web.Response:
    if push is Push.DONE:
        return json_response(done)
    return json_response(later, status=202)
