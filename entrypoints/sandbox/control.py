"""Control the sandbox twins: people act in calls, referrals are added, calls are made to fail.

The same routes are on the service's own port while a twin runs in process, and on the port of
the twin that is served over HTTP.
"""

from aiohttp import web

from adapters.sandbox.faults import FaultPlan, Faults
from adapters.sandbox.rooms import Peer, Room
from adapters.sandbox.world import SandboxWorld
from domain.meeting import MeetingId
from domain.referral import ReferralId
from entrypoints.http.bodies import json_response, read_model
from entrypoints.http.queries import read_query
from entrypoints.http.schemas import MessageReply
from entrypoints.sandbox.noted import (
    DeliveriesQuery,
    DeliveriesReply,
    DeliveryState,
    LogEntry,
    LogReply,
)
from entrypoints.sandbox.schemas import (
    CallPath,
    CallsReply,
    CallState,
    Flag,
    PeerState,
    PersonBody,
    ReferralBody,
    ReferralPath,
    ReferralState,
)

WORLD = web.AppKey("sandbox_world", SandboxWorld)
FAULTS = web.AppKey("sandbox_faults", Faults)


DONE = MessageReply(message="Feito.")


async def put_referral(request: web.Request) -> web.Response:
    path = ReferralPath.model_validate(dict(request.match_info))
    body = await read_model(request, ReferralBody)
    referral = body.referral(path.referralId)
    request.app[WORLD].attendance.put(referral)
    return await get_referral(request)


async def get_referral(request: web.Request) -> web.Response:
    path = ReferralPath.model_validate(dict(request.match_info))
    attendance = request.app[WORLD].attendance
    referral = await attendance.referral(ReferralId(path.referralId))
    flags = attendance.shown(referral.id)
    requester_first = sorted(
        flags, key=lambda seat: (seat.person != referral.requester, seat.person)
    )
    users = [Flag.of(seat, in_meeting=flags[seat]) for seat in requester_first]
    shown = ReferralBody.of(referral).model_dump()
    return json_response(ReferralState(id=referral.id, users=users, **shown))


async def list_calls(request: web.Request) -> web.Response:
    rooms = request.app[WORLD].rooms.rooms.values()
    return json_response(CallsReply(calls=[_call(room) for room in rooms]))


async def join(request: web.Request) -> web.Response:
    meeting, body = await _meeting_and_person(request)
    peer = request.app[WORLD].calls.join(meeting, body.person)
    return json_response(_peer(peer), status=201)


async def reconnect(request: web.Request) -> web.Response:
    meeting, body = await _meeting_and_person(request)
    peer = request.app[WORLD].calls.reconnect(meeting, body.person)
    return json_response(_peer(peer), status=201)


async def drop(request: web.Request) -> web.Response:
    meeting, body = await _meeting_and_person(request)
    request.app[WORLD].calls.drop(meeting, body.person)
    return json_response(DONE)


async def leave(request: web.Request) -> web.Response:
    meeting, body = await _meeting_and_person(request)
    request.app[WORLD].calls.leave(meeting, body.person, body.peerId)
    return json_response(DONE)


async def everyone_leaves(request: web.Request) -> web.Response:
    request.app[WORLD].calls.everyone_leaves(_meeting(request))
    return json_response(DONE)


async def host_ends(request: web.Request) -> web.Response:
    request.app[WORLD].calls.host_ends(_meeting(request))
    return json_response(DONE)


async def list_deliveries(request: web.Request) -> web.Response:
    """Waits until all events so far are delivered or given up, so that a script need not; with
    ``wait=false`` it does not."""
    webhooks = request.app[WORLD].webhooks
    if read_query(request, DeliveriesQuery).wait:
        await webhooks.settle()
    rows = [DeliveryState.of(delivered) for delivered in webhooks.deliveries]
    return json_response(DeliveriesReply(deliveries=rows))


async def show_log(request: web.Request) -> web.Response:
    entries = request.app[WORLD].log.entries
    return json_response(LogReply(entries=[LogEntry.of(entry) for entry in entries]))


async def put_faults(request: web.Request) -> web.Response:
    return await _follow(request, request.app[FAULTS])


async def get_faults(request: web.Request) -> web.Response:
    return json_response(request.app[FAULTS].plan)


async def put_attendance_faults(request: web.Request) -> web.Response:
    return await _follow(request, request.app[WORLD].attendance_faults)


async def get_attendance_faults(request: web.Request) -> web.Response:
    return json_response(request.app[WORLD].attendance_faults.plan)


async def rotate_key(request: web.Request) -> web.Response:
    request.app[WORLD].key.rotate()
    return json_response(DONE)


async def lose_registrations(request: web.Request) -> web.Response:
    """As if somebody had deleted all webhooks in the provider's own pages."""
    request.app[WORLD].webhooks.registrations.clear()
    return json_response(DONE)


async def disable_registrations(request: web.Request) -> web.Response:
    """As if somebody had switched all webhooks off in the provider's own pages."""
    request.app[WORLD].webhooks.disable()
    return json_response(DONE)


async def reset(request: web.Request) -> web.Response:
    request.app[WORLD].reset()
    return json_response(DONE)


async def _follow(request: web.Request, faults: Faults) -> web.Response:
    plan = await read_model(request, FaultPlan)
    faults.follow(plan)
    return json_response(plan)


async def _meeting_and_person(request: web.Request) -> tuple[MeetingId, PersonBody]:
    return _meeting(request), await read_model(request, PersonBody)


def _meeting(request: web.Request) -> MeetingId:
    return MeetingId(CallPath.model_validate(dict(request.match_info)).meetingId)


def _peer(peer: Peer) -> PeerState:
    return PeerState(peerId=peer.id, userId=peer.participant.guest.id)


def _call(room: Room) -> CallState:
    session = room.active_session
    return CallState(
        meetingId=room.meeting.id,
        title=room.meeting.title,
        sessionId=session and session.id,
        inside=[_peer(peer) for peer in session.open_peers] if session else [],
    )
