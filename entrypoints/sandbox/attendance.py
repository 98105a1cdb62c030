"""The fake attendance service: the contract's paths over the sandbox's referrals."""

from aiohttp import web

from adapters.sandbox.world import SandboxWorld
from domain.errors import Partner
from domain.referral import ReferralId
from entrypoints.http.bodies import json_response, read_model
from entrypoints.http.middlewares import answering
from entrypoints.http.schemas import MessageReply, PresencePath, ReportPresenceBody
from entrypoints.sandbox import control
from entrypoints.sandbox.fault_operations import EVERY_TWIN, FAULTS
from entrypoints.sandbox.faults import ENTRY, PARTNER, note, spoil
from entrypoints.sandbox.operations import REFERRALS
from entrypoints.sandbox.schemas import ReferralBody, ReferralPath

UPDATED = MessageReply(message="Status do usuário atualizado com sucesso!")


def create_attendance_app(world: SandboxWorld) -> web.Application:
    """The fake attendance service, with the control routes for referrals and faults beside it."""
    app = web.Application(middlewares=[answering()])
    app[control.WORLD] = world
    app[control.FAULTS] = world.attendance_faults
    app.add_routes([operation.route for operation in (*REFERRALS, *FAULTS, *EVERY_TWIN)])
    service = web.Application(middlewares=[note, spoil])
    service[control.WORLD] = world
    service[PARTNER] = Partner.ATTENDANCE
    service[control.FAULTS] = world.attendance_faults
    service.router.add_get("/referrals/{referralId}", read_referral)
    service.router.add_post("/referrals/{referralId}/meetings/{meetingId}/user", set_in_meeting)
    app.add_subapp("/attendance-service", service)
    return app


async def read_referral(request: web.Request) -> web.Response:
    path = ReferralPath.model_validate(dict(request.match_info))
    referral = await request.app[control.WORLD].attendance.referral(ReferralId(path.referralId))
    return json_response(ReferralBody.of(referral))


async def set_in_meeting(request: web.Request) -> web.Response:
    path = PresencePath.model_validate(dict(request.match_info))
    body = await read_model(request, ReportPresenceBody)
    seat, entry = path.seat(body.userId), request[ENTRY]
    entry.about, entry.in_meeting = entry.about._replace(person=seat.person), body.inMeeting
    attendance = request.app[control.WORLD].attendance
    await attendance.set_in_meeting(seat, in_meeting=body.inMeeting)
    return json_response(UPDATED)
