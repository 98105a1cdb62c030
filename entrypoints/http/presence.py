"""A person is in or out of a meeting; a doctor left one."""

from aiohttp import web

from domain.meeting import MeetingId, PersonId
from domain.referral import ReferralId
from entrypoints.http.bodies import json_response, read_model
from entrypoints.http.keys import LEAVE_MEETING, REPORT_PRESENCE
from entrypoints.http.schemas import (
    LeaveMeetingBody,
    MessageReply,
    PresencePath,
    ReportPresenceBody,
)

UPDATED = MessageReply(message="Status do usuário atualizado com sucesso!")
LEFT = MessageReply(message="Saída do médico registrada com sucesso!")


async def report_presence(request: web.Request) -> web.Response:
    path = PresencePath.model_validate(dict(request.match_info))
    body = await read_model(request, ReportPresenceBody)
    await request.app[REPORT_PRESENCE](path.presence(body))
    return json_response(UPDATED)


async def leave_meeting(request: web.Request) -> web.Response:
    body = await read_model(request, LeaveMeetingBody)
    await request.app[LEAVE_MEETING](
        ReferralId(body.referralID), MeetingId(body.meetID), PersonId(body.doctorID)
    )
    return json_response(LEFT)
