"""Start a meeting and join one."""

from aiohttp import web

from domain.meeting import MeetingId
from entrypoints.http.access.caller import CALLER
from entrypoints.http.access.cors import LEAVE_TICKET
from entrypoints.http.app_keys import JOIN_MEETING, START_MEETING
from entrypoints.http.bodies import API_LIMIT, json_response, parse_model, read_bytes, read_model
from entrypoints.http.deadline import meeting_deadline
from entrypoints.http.idempotency import idempotency_key
from entrypoints.http.schemas import (
    JoinMeetingBody,
    MeetingReply,
    ParticipantReply,
    StartMeetingBody,
)


async def start_meeting(request: web.Request) -> web.Response:
    read = await read_bytes(request, API_LIMIT)
    body = parse_model(StartMeetingBody, read)
    key = idempotency_key(request, read)
    async with meeting_deadline(request):
        meeting = await request.app[START_MEETING](request[CALLER], body.titleMeet, key)
    return json_response(MeetingReply.of(meeting), status=201)


async def join_meeting(request: web.Request) -> web.Response:
    body = await read_model(request, JoinMeetingBody)
    guest, meeting = body.guest(), MeetingId(body.idMeet)
    async with meeting_deadline(request):
        entry = await request.app[JOIN_MEETING](request[CALLER], guest, meeting)
    headers = {"Cache-Control": "no-store", LEAVE_TICKET: entry.leave_ticket}
    return json_response(ParticipantReply.of(entry.admission), status=201, headers=headers)
